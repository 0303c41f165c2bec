"""K4: any text was a person's number, so that strangers became one operator, and one person two."""

from pathlib import Path

import pytest

from shared.platform.persons import compare_rules, write_changes, write_successors
from shared.platform.rekeying import read_successors
from shared.reference.personal_data import OperatorPseudonym
from tests.unit.feeds.feed_folders import GOOD, A, B, check, codes, lines, write_csv

C, D, E = sorted(codes(3, 10))
PSEUDONYM = OperatorPseudonym(b"0123456789abcdef")
REFS = "SELECT uscc, operator_ref FROM accepted_registration ORDER BY uscc = ? DESC"


def registrations(folder: Path, **numbers: str) -> None:
    rows = [GOOD["registration"] | {"uscc": code, "operator_id": number} for code, number in numbers.items()]
    write_csv(folder / "registration.csv", rows)


@pytest.mark.parametrize("nobodys", ["4.10102E+17", "无", "-", "000000000000000000", "4101**********1234"])
def test_strangers_with_one_text_in_place_of_a_number_are_not_one_operator(tmp_path: Path, nobodys: str) -> None:
    registrations(tmp_path, **{A: nobodys, B: nobodys})

    checked = check(tmp_path, pseudonym=PSEUDONYM)

    assert checked.con.execute(REFS, [A]).fetchall() == [(A, None), (B, None)], "the households are kept"
    told = lines(checked, tmp_path)
    assert {(line["column"], line["code"], line["severity"]) for line in told} == {
        ("operator_id", "not-an-id", "flagged")
    }
    assert len(told) == 2
    report = checked.reports["registration"]
    assert (report.accepted, report.rejected, report.flagged) == (2, 0, 2)


def test_what_is_nobodys_number_is_no_debtor(tmp_path: Path) -> None:
    rows = [
        {"operator_id": number, "listed_on": "2026-01-05", "removed_on": ""}
        for number in ("无", "4101**********1234", "E12345678")
    ]
    write_csv(tmp_path / "dishonest_debtor.csv", rows)

    checked = check(tmp_path, pseudonym=PSEUDONYM)

    found = checked.con.execute("SELECT operator_ref FROM accepted_dishonest_debtor").fetchall()
    assert found == [(PSEUDONYM.of("E12345678"),)]
    assert [(line["code"], line["severity"]) for line in lines(checked, tmp_path)] == [("not-an-id", "rejected")] * 2


def test_what_the_rule_changes_is_shown_before_anything_is_delivered(tmp_path: Path) -> None:
    registrations(tmp_path, **{A: "11010519491231002X", B: "110105491231002", C: "无", D: "E12345678", E: " e12345678"})

    change = compare_rules(tmp_path)

    assert (change.before, change.now) == (4, 2)
    assert [(code, kind) for code, kind, _ in change.rows] == [(A, "joined"), (B, "joined"), (C, "unknown")]
    write_changes(change, tmp_path / "persons.csv")
    assert not {"110105491231002", "无"} & set(
        (tmp_path / "persons.csv").read_text("utf-8-sig").replace(",", "\n").split()
    )


def test_each_person_has_a_successor_under_another_key(tmp_path: Path) -> None:
    registrations(tmp_path, **{A: "11010519491231002X", B: "110105491231002", C: "无"})
    new = OperatorPseudonym(b"fedcba9876543210", 2)

    assert write_successors(tmp_path, PSEUDONYM, new, tmp_path / "successors.csv") == 1

    one = "11010519491231002X"
    assert read_successors(tmp_path / "successors.csv") == {PSEUDONYM.of(one): new.of(one)}


def test_the_numbers_of_15_and_of_18_digits_are_one_operator(tmp_path: Path) -> None:
    registrations(tmp_path, **{A: "11010519491231002X", B: "110105491231002"})

    ((_, first), (_, second)) = check(tmp_path, pseudonym=PSEUDONYM).con.execute(REFS, [A]).fetchall()

    assert first == second == PSEUDONYM.of("11010519491231002X")
