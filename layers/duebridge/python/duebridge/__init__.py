"""DueBridge: finds overdue loans, says the right thing once, listens to the answer, puts a person on it."""
