"""How Minglu is started: on one machine (``deploy.local``) and in containers."""
