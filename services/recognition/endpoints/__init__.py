"""HTTP → use case, by noun."""
