"""Validation of feeds row by row against their contracts.

`folder.check_folder` checks a folder of feeds for `minglu type` and `minglu feeds check`; `delivery.check_delivery`
checks one uploaded file of one feed for a service. Both keep the valid rows, typed, and describe every invalid one. The
steps: `scan` (one pass over all rows), `row_validator` (the suspicious rows, exactly), `duplicates`, `rejects` (what is
reported).
"""
