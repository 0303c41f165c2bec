"""Measured ratios: ours against the simplest hand-written equivalent, in one run on the same machine."""
