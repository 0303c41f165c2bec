"""All SQL of the recognition service, by noun. A caller's region goes into every query that a caller asks for."""
