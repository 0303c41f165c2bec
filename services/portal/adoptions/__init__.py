"""Recognitions of another system's regions: entered, proven and adopted."""
