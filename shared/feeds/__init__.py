"""Feeds: data that bureaus deliver about households, from the contract to the validated rows, and synthetic samples.

In the order of their layers: `contract`, `reading`, `validation`, `intake`; `sample` needs only `contract`.
"""
