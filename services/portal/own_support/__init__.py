"""Support as an operator uses it: problems raised and followed, promises signed, visits that were made, surveys."""
