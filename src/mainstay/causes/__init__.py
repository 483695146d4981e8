"""Why accounts leave: signals from what is recorded, and the causes that they speak for."""
