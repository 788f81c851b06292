"""What came of the texts, for people who decide: from counts of days to a page, a file and a headline. Pure."""
