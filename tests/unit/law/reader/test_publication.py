"""The block `publication`: until when the national directory must be told, by the reading that is chosen."""

from datetime import date
from pathlib import Path

import pytest

from shared.law.language.errors import PolicyError
from shared.law.model.policy import Policy
from shared.law.reader.loading import load_policy, restore_policy
from tests.unit.law.policy_samples import SMALL, write_policy
from tests.unit.law.recognition_samples import CITED

MID_AUGUST = """\
  - id: mid-august
    question: 8月中旬前是哪一天？
    in_force: before-middle
    readings: {before-middle: {title: "到{until}为止"}, within-middle: {title: "到{latest}为止"}}
    why: 中旬从11日开始
    decides: 某局
"""
BLOCK = f"""\
publication:
  parameters:
    until: {{title: 早的, unit: month-day, values: {{2025-01-01: 08-10}}, citation: {CITED}}}
    latest: {{title: 晚的, unit: month-day, values: {{2025-01-01: 08-20}}, citation: {CITED}}}
    share: {{title: 百分之几, unit: percent, values: {{2025-01-01: 5}}, citation: {CITED}}}
  directory: {{before_middle: until, within_middle: latest, reading: mid-august, citation: {CITED}}}
"""
WHOLE = SMALL + MID_AUGUST + BLOCK


def last_day(policy: Policy | None, year: int) -> date | None:
    assert policy is not None
    assert policy.publication is not None
    return policy.publication.directory_until(year)


def test_the_reading_in_force_says_which_day_is_the_last(tmp_path: Path):
    path = write_policy(tmp_path, WHOLE)
    assert last_day(load_policy(path), 2025) == date(2025, 8, 10)
    assert last_day(load_policy(path, readings={"mid-august": "within-middle"}), 2025) == date(2025, 8, 20)


def test_a_bureau_may_set_another_day_for_one_use(tmp_path: Path):
    assert last_day(load_policy(write_policy(tmp_path, WHOLE), settings={"until": "08-05"}), 2025) == date(2025, 8, 5)


def test_a_day_that_is_not_set_is_no_day(tmp_path: Path):
    unset = WHOLE.replace("values: {2025-01-01: 08-10}", "values: unset")
    assert last_day(load_policy(write_policy(tmp_path, unset)), 2025) is None


WRONG = {
    "a parameter that is no day of the year": ("before_middle: until", "before_middle: share", "month-day"),
    "a parameter that does not exist": ("before_middle: until", "before_middle: untill", "是不是“until”"),
    "a reading that is none of the two": (
        "within-middle: {title",
        "after-middle: {title",
        "before-middle、within-middle",
    ),
    "an interpretation that does not exist": ("reading: mid-august", "reading: mid-augst", "是不是“mid-august”"),
    "a reading without its day": ("within_middle: latest, ", "", "within_middle"),
}


@pytest.mark.parametrize(("right", "wrong", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named(tmp_path: Path, right: str, wrong: str, said: str):
    with pytest.raises(PolicyError, match=said):
        load_policy(write_policy(tmp_path, WHOLE.replace(right, wrong)))


def test_a_policy_that_was_stored_before_the_block_existed_can_still_be_read(tmp_path: Path):
    stored = load_policy(write_policy(tmp_path, SMALL))
    assert stored.publication is None
    assert restore_policy(stored.content).publication is None


SHIPPED = ("zhengzhou-2025", "tianjin-2024", "daxinganling-2024", "national-2024", "ganzhou-2024")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_policy_says_until_the_10th_of_august_and_the_other_reading_until_the_20th(name: str):
    assert last_day(load_policy(name), 2026) == date(2026, 8, 10)
    assert last_day(load_policy(name, readings={"mid-august": "within-middle"}), 2026) == date(2026, 8, 20)
