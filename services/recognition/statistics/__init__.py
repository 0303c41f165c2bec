"""Figures of recognition by place and year: granted, valid, ended, places; for staff the work of a season."""
