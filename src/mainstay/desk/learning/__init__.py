"""What was learnt: what plays do and how sure that is, what was said and came, and what of it moves plans."""
