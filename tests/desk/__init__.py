"""The operator's desk: its pages by the console's rules, and what its forms lead to."""
