"""What runs without being asked: tasks of a worker process, deadlines, leases, retries after transient errors.

Nothing here knows events or HTTP."""
