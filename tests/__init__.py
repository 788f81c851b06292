"""The tests mirror the product."""
