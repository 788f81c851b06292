"""Follows the docs as a reader would: every command of docs/deploy.md and of the runbook, in a fresh clone."""
