"""The platform on one machine: its own PostgreSQL, its own token issuer, its services as child processes.

Nothing here is needed where a cluster runs the services; they only ever see settings.
"""
