"""Receives one delivered file, in the same way for every service that takes feeds: its declaration, its bytes on disk,
its validation, and the reasons to refuse it as a whole.
"""
