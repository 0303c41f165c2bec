"""HTTP shapes, by noun; for the endpoints only."""
