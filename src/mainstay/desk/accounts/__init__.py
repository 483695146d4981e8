"""Accounts as the last assessment saw them: lists, one account, the portfolio."""
