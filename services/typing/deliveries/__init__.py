"""Deliveries: how a bureau's data comes in, is kept, and becomes the evidence of a run.

Three ways in (HTTP upload, `watched_folder`, `pull` from a bureau's API) lead to one use case,
`service.RECEIVING`. `domain` says which deliveries count, `evidence` builds their rows in DuckDB
(`evidence_plan`: one feed), and `completeness` says whether a run may rest on them."""
