"""How accounts stand: the card of one, and of all by size."""
