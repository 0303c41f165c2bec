"""The law as data: policies, their expressions, and the compilers that type a population or one household.

Read a policy with `loading.load_policy`, compile it for a date with `compiled.compile_policy`, type one
household with `CompiledPolicy.type_one` or a snapshot with `CompiledPolicy.duckdb_select`, and say why with
`explanation.explain`. Nothing here reads a database or a network.
"""
