"""Objections themselves: rows, states, events, documents; what every later step works with."""
