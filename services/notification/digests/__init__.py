"""Digests (工作日报、一周工作) of those who work on the platform, and reminders before a date."""
