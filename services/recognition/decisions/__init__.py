"""The decision on an application: recognised or refused."""
