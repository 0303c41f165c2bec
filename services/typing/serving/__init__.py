"""From a run's files to what others read: rows for the directory's tables, facts for the bus."""
