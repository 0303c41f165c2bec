"""Publication: what is decided here stands in the national systems, and it can be proved.

A package of its own: it imports nothing of the other capabilities and none of them imports it.
"""
