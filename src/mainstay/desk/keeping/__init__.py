"""What keeping accounts is worth, and new accounts: the pages, and a document for a board."""
