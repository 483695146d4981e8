"""What other programs talk to."""
