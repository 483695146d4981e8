"""How good what we deliver is: products, batches, one account, and what production answers; see standing/quality."""
