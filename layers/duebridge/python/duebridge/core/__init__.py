"""The rules, as pure functions and frozen values. Nothing here knows AWS, a clock or a file."""
