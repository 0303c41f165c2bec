"""Visits that are due: assigned, made or waived."""
