"""Objections (异议) to what other services decided: filed, explained, verified, decided; applied by events."""
