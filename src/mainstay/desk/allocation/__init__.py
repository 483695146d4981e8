"""Short stock: what is short, who gets what and why, by hand and by rule."""
