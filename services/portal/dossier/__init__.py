"""Everything the services know of one household, side by side, for officers."""
