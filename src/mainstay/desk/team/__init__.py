"""Our own people: who looks after whom, and what hangs on one person."""
