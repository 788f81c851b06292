"""Speed and cost against floors, each a ratio from one run on one machine. `python -m tests.bench` prints them."""
