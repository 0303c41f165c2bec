"""Scoring sheets of regions: drafted or copied from another year, put in force by a second person, then unchanged."""
