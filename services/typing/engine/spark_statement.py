"""The compiled rules as Spark's SQL: DuckDB's own statement, translated, so that both engines ask the same.

Spark has no unsigned numbers: a mask is a BIGINT with the same 64 bits, negative when bit 63 is set.
"""

from sqlglot import exp, parse_one

from shared.policy.compiled import CompiledPolicy

_SIGN = 1 << 63


def signed(mask: int) -> int:
    """The signed 64-bit number with a mask's bits."""
    return mask - 2 * _SIGN if mask & _SIGN else mask


def spark_query(compiled: CompiledPolicy, relation: str = "snapshot") -> str:
    """uscc, region_code, type TINYINT, true_mask BIGINT, unknown_mask BIGINT of every household of a relation."""
    statement = parse_one(compiled.duckdb_query(relation=relation), read="duckdb")
    return statement.transform(_without_unsigned).sql("spark")


def _without_unsigned(node: exp.Expr) -> exp.Expr:
    """Unsigned types become BIGINT; a number beyond BIGINT is a mask, since no amount has so many digits."""
    if isinstance(node, exp.DataType) and node.is_type(exp.DataType.Type.UBIGINT):
        return exp.DataType.build("bigint")
    if isinstance(node, exp.Literal) and node.is_int and int(node.name) >= _SIGN:
        return exp.Literal.number(f"{signed(int(node.name))}")
    return node
