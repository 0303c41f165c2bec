"""An operator's pseudonym: the same in Python and in DuckDB, and no way back without the key."""

import hashlib
import hmac
import re

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from shared.reference.personal_data import OperatorPseudonym, mask_name

KEY = b"a key for tests only, 32 bytes.."
pseudonym = OperatorPseudonym(KEY)
PLAIN = "410103199002301234X"
FULL_WIDTH = "４１０１０３１９９００２３０１２３４Ｘ"

spaces = st.sampled_from([" ", "\u3000", "\u00a0", "\t", "\ufeff", "\u200b", ""])
characters = st.sampled_from([*"0123456789XxABz", *"０１９ＸｘＡ", "Ⅹ", "㈱", "ﬁ", "é", "e\u0301", "ß", "王", "'", "%"])
tidy_ids = st.from_regex(r"[1-9]\d{16}[\dX]", fullmatch=True)
messy_ids = st.lists(st.tuples(characters, spaces).map("".join), min_size=1, max_size=24).map("".join)
any_ids = st.text(st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\x00"), max_size=24)


def in_duckdb(ids: list[str | None], of: OperatorPseudonym = pseudonym) -> list[str | None]:
    table = pa.table({"n": range(len(ids)), "operator_id": pa.array(ids, pa.string())})
    with duckdb.connect() as con:
        con.register("t", table)
        return [row[0] for row in con.execute(f"select {of.sql('operator_id')} from t order by n").fetchall()]


def in_python(operator_id: str) -> str | None:
    try:
        return pseudonym.of(operator_id)
    except ValueError:
        return None


@settings(max_examples=25, deadline=None)
@given(st.lists(tidy_ids | messy_ids | any_ids, min_size=1, max_size=40))
def test_duckdb_and_python_give_the_same_pseudonym(ids: list[str]):
    assert in_duckdb(list(ids)) == [in_python(operator_id) for operator_id in ids]


def test_every_character_that_unicode_calls_compatible_is_treated_alike():
    """Without the table of decompositions DuckDB's nfc_normalize would keep these apart."""
    ids = [f"{chr(code)}7" for block in ((0xA0, 0x24FF), (0x3000, 0x33FF), (0xF900, 0xFFEF)) for code in range(*block)]
    assert in_duckdb(list(ids)) == [in_python(operator_id) for operator_id in ids]


def test_the_pseudonym_is_a_truncated_hmac_with_the_key_s_version():
    expected = hmac.new(KEY, PLAIN.encode(), hashlib.sha256).hexdigest()[:32]
    assert pseudonym.of(PLAIN) == f"v1:{expected}"
    assert re.fullmatch(r"v7:[0-9a-f]{32}", OperatorPseudonym(KEY, version=7).of(PLAIN))


@pytest.mark.parametrize(
    "variant",
    [f"  {PLAIN}\n", PLAIN.lower(), FULL_WIDTH, "410103 19900230 1234X", "\ufeff" + PLAIN, PLAIN[:-1] + "Ⅹ"],
)
def test_spellings_of_one_id_are_one_operator(variant: str):
    assert pseudonym.of(variant) == pseudonym.of(PLAIN)
    assert in_duckdb([variant]) == [pseudonym.of(PLAIN)]


@pytest.mark.parametrize("key", [b"k" * 16, b"k" * 64, b"a longer key " * 20])
def test_keys_of_any_length_agree_in_both_worlds(key: bytes):
    of = OperatorPseudonym(key)
    assert in_duckdb([PLAIN], of) == [of.of(PLAIN)]


def test_another_key_gives_another_pseudonym():
    assert OperatorPseudonym(b"another key, also secret").of(PLAIN) != pseudonym.of(PLAIN)


@pytest.mark.parametrize("blank", ["", " ", "\u3000\t", "\ufeff"])
def test_a_blank_id_names_nobody(blank: str):
    assert in_duckdb([blank]) == [None]
    with pytest.raises(ValueError, match="blank"):
        pseudonym.of(blank)


def test_a_missing_id_stays_missing():
    assert in_duckdb([None]) == [None]


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="16 bytes"):
        OperatorPseudonym(b"short")


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张*"), ("欧阳建国", "欧***"), (" 李四 ", "李*"), ("王", "*"), ("", "")]
)
def test_a_masked_name_keeps_its_first_character(name: str, masked: str):
    assert mask_name(name) == masked
