"""The law as data: policies, and a compiler that types a population or one household by them. One folder per stage.

    language   facts, units, and the expressions over them: parsed by sqlglot, lowered to a small tree
    model      what a policy is: clauses with their citations, types, recognition rules, duties
    reader     policies/*.yaml -> model (rules, support measures), with file and line in every error
    compiler   model + a day -> one DuckDB statement, one Python function, one tree walk
    explain    an outcome -> sentences, and counterfactuals: what would make the household another type
    verifier   proofs with z3, test households, coverage of the text
    pages      a page per policy for docs/policies

Each stage imports only those above it in this list. Load a policy with `reader.loading.load_policy`, compile it for a
date with `compiler.compiled_policy.compile_policy`, type one household with `CompiledPolicy.type_one` or a snapshot
with `CompiledPolicy.duckdb_select`, and explain the outcome with `explain.explanation.explain`. Nothing here reads a
database or a network.
"""
