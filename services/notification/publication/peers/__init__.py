"""The systems as this service sees them: one protocol, an adapter for each, files for those that take files only."""
