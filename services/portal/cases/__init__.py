"""One application in front of an officer: what is claimed, what was handed in, and the review."""
