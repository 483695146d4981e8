"""The command `mainstay`."""
