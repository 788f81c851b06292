"""Many simulated experiments: how often the machine errs, and how often it finds what is there."""
