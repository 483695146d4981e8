"""The desk: the pages that a team works in."""
