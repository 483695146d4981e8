"""Complaints and questions against the clock: the desk that works them, and what production learns from them."""
