"""Compiles a policy for a day: to one DuckDB statement for a population and one Python function for a household."""
