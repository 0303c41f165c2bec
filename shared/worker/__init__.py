"""What a worker process runs: its tasks, deadlines, leases, retries after transient errors.

Nothing here knows events or HTTP."""
