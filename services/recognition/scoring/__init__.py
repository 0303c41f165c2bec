"""Scoring of a season's households by its sheet: assessors, findings, closing, the meeting's decision, the order."""
