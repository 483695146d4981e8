"""Account plans: with whom, how their goals stand, one plan on a page, and the pack for its review."""
