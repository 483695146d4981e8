"""Backup, restore and verify: one file that holds an installation as it was at one moment."""
