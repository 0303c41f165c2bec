"""Batches: sealed, sent page by page, asked for, and what came of every record."""
