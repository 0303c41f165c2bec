"""Intake of deliveries: how a bureau's data comes in, is kept, and becomes the evidence of a run.

Three ways in (HTTP upload, watched folder, pull from a bureau's API) lead to one use case,
``services.typing.service.deliveries.receive``, over the desk that all services share (``shared.feeds.intake``). Here is
what is typing's own: the ways in, its check of coverage, and what a run needs afterwards: the evidence and whether it
suffices.
"""
