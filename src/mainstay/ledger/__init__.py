"""The ledger: order history and facts, from files and databases to tables as of a date."""
