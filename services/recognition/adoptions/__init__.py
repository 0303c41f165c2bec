"""Recognitions of another system that move in (互认): entered with evidence, adopted by another person."""
