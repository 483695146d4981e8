"""Measures per account at a date, each computed once: rhythm, money, season."""
