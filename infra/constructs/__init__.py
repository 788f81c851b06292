"""Small constructs with one job each, from which the stacks are made."""
