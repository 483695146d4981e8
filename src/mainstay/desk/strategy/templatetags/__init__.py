"""Template tags of account plans."""
