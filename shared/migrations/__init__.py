"""The schema history of the tables that every service has, run before a service's own by `upgrade()`."""
