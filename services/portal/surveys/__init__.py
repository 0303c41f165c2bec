"""Surveys as officers run them: proposed, opened by another person, read when nobody can answer any more."""
