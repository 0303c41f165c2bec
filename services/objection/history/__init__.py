"""What happened to an objection, in words: read from the audit, which holds every step with instant and actor."""
