"""The typing engine: pure computing over files; knows DuckDB, Parquet and Spark, no database service and no HTTP.

It joins checked feeds into a snapshot, types it under a compiled policy, compares and exports results. Reading order:
`snapshot_columns` (the facts about a household), `household_join`, `snapshot`, `snapshot_typing`, `digest`; then
`comparison`, `exports`. `offline` types a folder of feeds without a platform; `offline_run` completes a run in a
directory; the platform's own driver is `services.typing.run_worker`.
"""
