"""Deciding an objection: proposed by one person, decided by another, carried out, and closed with an answer."""
