"""Signing in and out, and what was filled in when a session had ended."""
