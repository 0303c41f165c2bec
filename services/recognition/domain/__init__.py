"""The rules of recognition, pure: states and transitions, quota, selection, draws, dates. No I/O, no framework."""
