"""Scoring sheets: drafted by one person, put in force by another."""
