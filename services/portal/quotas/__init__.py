"""Quotas of recognition with their arithmetic, set with a document."""
