"""Reading a feed's files (CSV, Parquet, XLSX) as typed rows in DuckDB."""
