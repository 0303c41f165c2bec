"""The typing engine: freeze a snapshot, type it, read both. Knows files and DuckDB; no database, no HTTP."""
