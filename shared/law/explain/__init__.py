"""Why a household has its type, and what would change it.

`explanation.explain` puts all of it together. The counterfactuals are missing data, unset parameters, recourse (the
nearest way to a better type), expiries and other readings. Nothing is guessed: every type that is named comes from
evaluating the compiled policy again with one thing changed."""
