"""Typing runs: what a run changes, and its way to publication by another person."""
