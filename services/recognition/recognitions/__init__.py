"""The recognised households: their rows, states and concerns."""
