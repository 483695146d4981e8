"""Failure reviews: why an account went, what would have kept it, and what changes by whom and when."""
