"""Pulling a feed from a bureau's own paged API: the protocol, its client, and the pages on disk."""
