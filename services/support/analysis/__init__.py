"""A region's quarter in figures: households by type, category and county, visits, problems, surveys; no ranking."""
