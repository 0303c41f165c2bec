"""Feeds: the contracts bureaus deliver by, their validation row by row, and synthetic samples."""
