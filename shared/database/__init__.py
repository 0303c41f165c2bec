"""A service's own PostgreSQL database: connections, sessions and schema history."""
