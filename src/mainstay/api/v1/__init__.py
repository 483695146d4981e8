"""The first version of the REST API."""
