"""Quarterly analyses: a region's quarter in figures, without small numbers and without ranking."""
