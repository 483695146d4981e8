"""Signals: each a plain function from what is known at a date to the rows that it found."""
