"""From SQLite to PostgreSQL, without loss."""
