"""A simulated world: borrowers fitted to the sample book live their days on the real decision core, without AWS.

What it finds is about this project's machine, never about real borrowers. docs/experiments.md names its sources.
"""
