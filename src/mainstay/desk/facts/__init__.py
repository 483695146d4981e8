"""What people know, as the desk keeps it: rows as they are now, and how every change reaches the store."""
