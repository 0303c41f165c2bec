"""A county's year: quota, criteria, season."""
