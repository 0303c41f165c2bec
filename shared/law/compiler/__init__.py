"""From a policy and a day to what types: DuckDB for a population, Python for one household."""
