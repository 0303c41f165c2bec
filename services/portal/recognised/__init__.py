"""Recognised households and their certificates."""
