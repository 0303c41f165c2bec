"""An operator's pseudonym: the same in Python and in DuckDB, and no way back without the key."""

import hashlib
import hmac
import re

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from shared.reference.personal_data import OperatorPseudonym, mask_name, read_pseudonym_keys

KEY = b"a key for tests only, 32 bytes.."
pseudonym = OperatorPseudonym(KEY)
PLAIN = "410103199002301234X"
FULL_WIDTH = "４１０１０３１９９００２３０１２３４Ｘ"

spaces = st.sampled_from([" ", "\u3000", "\u00a0", "\t", "\ufeff", "\u200b", ""])
characters = st.sampled_from(
    [*"0123456789XxABz", *"０１９ＸｘＡ", *"*.,-+×", "Ⅹ", "㈱", "ﬁ", "é", "e\u0301", "ß", "王", "'", "%", "不详", "000"]
)
ids_of_15 = st.from_regex(r"[1-9][0-9]{7}[01][0-9][0-3][0-9]{4}", fullmatch=True)
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
@given(st.lists(tidy_ids | messy_ids | any_ids | ids_of_15, min_size=1, max_size=40))
def test_duckdb_and_python_give_the_same_pseudonym(ids: list[str]):
    assert in_duckdb(list(ids)) == [in_python(operator_id) for operator_id in ids]


def test_every_character_that_unicode_calls_compatible_is_treated_alike():
    """Without the table of decompositions DuckDB's nfc_normalize would keep these apart."""
    ids = [
        f"{chr(code)}1234567"
        for block in ((0xA0, 0x24FF), (0x3000, 0x33FF), (0xF900, 0xFFEF))
        for code in range(*block)
    ]
    assert in_duckdb(list(ids)) == [in_python(operator_id) for operator_id in ids]


def test_the_pseudonym_is_a_truncated_hmac_with_the_key_s_version():
    expected = hmac.new(KEY, PLAIN.encode(), hashlib.sha256).hexdigest()[:32]
    assert pseudonym.of(PLAIN) == f"v1:{expected}"
    assert re.fullmatch(r"v7:[0-9a-f]{32}", OperatorPseudonym(KEY, version=7).of(PLAIN))


@pytest.mark.parametrize(
    "variant",
    [
        f"  {PLAIN}\n",
        PLAIN.lower(),
        FULL_WIDTH,
        "410103 19900230 1234X",
        "\ufeff" + PLAIN,
        PLAIN[:-1] + "Ⅹ",
        PLAIN[:-1] + "×",
        "'" + PLAIN,
    ],
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
    with pytest.raises(ValueError, match="nobody"):
        pseudonym.of(blank)


def test_the_number_of_15_digits_and_that_of_18_are_one_person():
    ids = ["11010519491231002X", "110105491231002", " 110105491231002", "１１０１０５４９１２３１００２"]
    assert set(in_duckdb(list(ids))) == {pseudonym.of(one) for one in ids} == {pseudonym.of(ids[0])}


NOBODYS = (
    *("无", "-", "—", "不详", "暂无", "N/A", "NULL", "12345", "无身份证号码", "未提供（待补2026）", "UNKNOWN1"),
    *("000000000000000000", "0000000", "111111111111111111", "00000000000000000X", "000-000-000", "123456789012345678"),
    *(
        "4101**********1234",
        "４１０１＊＊＊＊＊＊＊＊＊＊１２３４",
        "410102××××××××1234",
        "410102xxxxxxxx123X",
        "4101●●●●1234",
    ),
    *("410102____1234", "410102…1234", "410102？？？？1234"),
    *(
        "4.10102E+17",
        "4.10102e17",
        "４．１０１０２Ｅ＋１７",
        "4.10102199001011e+17",
        "41E+16",
        "410102199001010011.0",
        "410,102,199,001",
    ),
)
PERSONS = (
    *("41010319900230123X", "994504197003237872", "110105491231002", "E12345678", "EA1234567", "H12345678"),
    *("12345670", "军字第1234567号", "HKG123456789", "810000199408230021", "2E1234567", "C4J9TX200"),
    "410102199001012348",
)


def test_what_is_nobodys_number_is_no_person():
    assert [text for text, found in zip(NOBODYS, in_duckdb(list(NOBODYS)), strict=True) if found] == []
    assert [text for text in NOBODYS if in_python(text)] == []


def test_numbers_of_all_kinds_of_papers_are_persons():
    found = in_duckdb(list(PERSONS))
    assert None not in found
    assert found == [in_python(one) for one in PERSONS]


def test_a_missing_id_stays_missing():
    assert in_duckdb([None]) == [None]


def test_keys_have_versions_and_the_first_is_in_force():
    one, two = "ab" * 32, "cd" * 32
    (alone,) = read_pseudonym_keys(one)
    newest, earlier = read_pseudonym_keys(f"v2:{two}, v1:{one}")
    assert (newest.version, earlier.of(PLAIN)) == (2, alone.of(PLAIN))
    assert newest.of(PLAIN).startswith("v2:")
    for wrong in ("", "ab", f"v1:{one},v1:{two}", f"v0:{one}", f"v2:{two},{one}", "v1:xyz"):
        with pytest.raises(ValueError, match="keys of pseudonyms") as refused:
            read_pseudonym_keys(wrong)
        assert one not in str(refused.value)


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="16 bytes"):
        OperatorPseudonym(b"short")


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张*"), ("欧阳建国", "欧***"), (" 李四 ", "李*"), ("王", "*"), ("", "")]
)
def test_a_masked_name_keeps_its_first_character(name: str, masked: str):
    assert mask_name(name) == masked
