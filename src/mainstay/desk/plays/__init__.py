"""The plays as people see and edit them: built in, edited, of the company's own, out of service."""
