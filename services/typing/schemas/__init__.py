"""HTTP shapes of the typing service: what callers send and read, split by noun."""
