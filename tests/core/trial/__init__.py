"""Statistics of experiments, against published tables and independent programs."""
