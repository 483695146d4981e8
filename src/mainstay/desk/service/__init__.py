"""How we serve: all accounts and one, and what they think of it; see standing/service."""
