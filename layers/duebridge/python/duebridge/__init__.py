"""DueBridge: finds overdue loans, says the right thing once, listens to the answer, puts a person on it."""

import gc

# What a cold start makes stays for the life of the process: looking for garbage among it took a fifth of the start.
gc.set_threshold(100_000, 50, 50)
