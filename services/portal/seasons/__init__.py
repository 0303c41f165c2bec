"""Seasons of recognition: their dates, places and standards, and the public notices of a county."""
