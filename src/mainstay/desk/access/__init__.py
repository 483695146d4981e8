"""People, their roles, what they may see, and the record of what they did."""
