"""The nightly run: what is set to be imported, at what hour, and what came of each night."""
