"""Whether an experiment's arm helped, and whether it hurt: statistics that survive being looked at every day.

Plain Python, because a Lambda reads the verdict. docs/experiments.md says why these methods, and from where.
"""
