"""Applications that were handed in at a national system: taken as if their operators had applied here then."""
