"""Whom officers reach out to before a day: who has not reported yet, and whom a draft makes ineligible."""
