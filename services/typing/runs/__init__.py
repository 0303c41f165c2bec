"""Typing runs: from the annual reports' closing through snapshot, typing and draft to the publication.

`closings` orders runs, `steps` are what the worker does to one, `service` holds what officers decide."""
