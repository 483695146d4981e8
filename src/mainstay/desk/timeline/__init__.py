"""The black box of an account: everything that happened there and that we know of, in one line of time."""
