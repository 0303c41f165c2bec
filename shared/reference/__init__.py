"""Reference data of every service: regions, working days, household codes, and pseudonyms in place of personal data."""
