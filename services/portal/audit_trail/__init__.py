"""The audit of all services in one list, for auditors."""
