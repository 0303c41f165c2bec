"""Check against the national base of legal persons (比对): which households differ, for officers to look at."""
