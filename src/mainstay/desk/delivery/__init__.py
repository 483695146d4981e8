"""How we deliver: all accounts, and one; see standing/delivery."""
