"""The officer's day: what waits in all services, and the tasks one by one."""
