"""Proves with z3 what a policy says of every household that there can be, also of those with missing data.

`verify.verify` asks every question of one policy on one day, `verify.compare` how two policies differ;
`report` says the findings in Chinese, `saving` keeps their households as test cases. Every household shown is
confirmed by the engine's own compilers. Imports z3: only where a proof is asked for.
"""
