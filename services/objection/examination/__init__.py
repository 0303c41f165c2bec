"""Examining an objection: accepted, returned once, declined or explained; assigned, heard, given more time."""
