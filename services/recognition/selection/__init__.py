"""Ranking within the quota, the reserve, withdrawal, and the pool of households without a place."""
