"""Corrections of evidence: what an upheld objection says that a bureau's row should have said.

A correction is one row of a feed that outranks every delivery (`evidence`), from its arrival (`intake`) until a later
delivery agrees with it (`settlement`) or it is lifted. Published types follow it at once: `services.typing.retyping`.
"""
