"""Pseudonyms of the sample's operators, to try out what an operator sees; no service tells them."""

from collections.abc import Mapping, Sequence

from deploy.local.layout import DataDirectory
from deploy.local.programs import PSEUDONYM_KEY


def operators_of(data: DataDirectory, codes: Sequence[str]) -> Mapping[str, str]:
    """Code of a synthetic household → its operator's pseudonym, in the order of the codes; of some none is known."""
    import duckdb

    from shared.identifiers import OperatorPseudonym

    registration = data.sample / "registration.parquet"
    if not registration.exists():
        return {}
    pseudonym = OperatorPseudonym(bytes.fromhex(data.secret(PSEUDONYM_KEY)))
    query = "SELECT uscc, operator_id FROM read_parquet(?) WHERE list_contains(?, uscc)"
    found = dict(duckdb.execute(query, [str(registration), list(codes)]).fetchall())
    return {code: pseudonym.of(found[code]) for code in codes if found.get(code)}
