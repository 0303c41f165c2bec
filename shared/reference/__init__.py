"""Reference data of every service: regions, working days, household codes, and stand-ins for personal data."""
