"""Households that another region's bureau delivered as its own: their counties confirm or refuse that they move."""
