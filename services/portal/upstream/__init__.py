"""Clients of the other services: small models of what the pages show, checked against the committed descriptions."""
