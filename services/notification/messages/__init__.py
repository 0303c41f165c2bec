"""Notifications and their messages: rows, states, permanent keys; who is told what."""
