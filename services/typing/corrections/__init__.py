"""Corrections of evidence: what an upheld objection says that a bureau's row should have said.

A correction is some columns of one row of a feed, which outrank every delivery (`evidence`), from its arrival
(`intake`) until a later delivery agrees with it (`settlement`) or it is lifted. Published types follow it at once:
`services.typing.retyping`.
"""
