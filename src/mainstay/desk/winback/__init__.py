"""Lost accounts by when and why to call them, and the dates that people set for that."""
