"""Intake of deliveries: how a bureau's data comes in, is kept, and becomes the evidence of a run.

Three ways in (HTTP upload, watched folder, pull from a bureau's API) lead to one use case,
``services.typing.service.deliveries.receive``. What it needs is here: the declaration, the spool, the check,
the store; and what a run needs afterwards: the evidence and whether it suffices.
"""
