"""Judges a run of the pipeline from outside: it knows the files of a run, and nothing of the product."""
