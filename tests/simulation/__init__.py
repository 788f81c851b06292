"""Faults at every call to the outside, and what must hold whatever happens."""
