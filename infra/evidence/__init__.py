"""All that is known about one loan's texts, replies and tickets, gathered so that others can check it."""
