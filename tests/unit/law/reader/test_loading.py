"""Finding policies, and what settings, readings, dates and `extends` make of them."""

import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from shared.law.compiler.compiled_policy import compile_policy
from shared.law.language.errors import PolicyError, PolicyUnset
from shared.law.model.outcome import HouseholdType
from shared.law.reader import loading
from shared.law.reader.loading import load_policy, policy_ids, restore_policy, rival_policies, shipped_policies
from tests.unit.law.policy_samples import AS_OF, SMALL, SMALL_TEXT, ZHENGZHOU, ordinary, write_policy

UNSET = SMALL.replace("values: {2025-01-01: 10000, 2025-07-01: 20000.5}", "values: unset")


def test_policies_are_found_by_id_and_their_ids_are_their_names():
    assert ZHENGZHOU in policy_ids()
    assert all(load_policy(name).id == name for name in policy_ids())


def test_a_policy_is_found_by_path(tmp_path: Path):
    policy = load_policy(write_policy(tmp_path))
    assert policy.id == "small"
    assert policy.document.number == "《示例文件》"
    assert policy.recognition is None


def test_a_copy_of_a_policy_elsewhere_is_still_checked_against_the_law(tmp_path: Path):
    copied = (loading.POLICIES / f"{ZHENGZHOU}.yaml").read_text(encoding="utf-8")
    lowered = tmp_path / "lowered.yaml"
    lowered.write_text(copied.replace("values: {2025-02-18: 10000}", "values: {2025-02-18: 9000}"), encoding="utf-8")
    assert load_policy(str(lowered)).parameters["growth_tax_upto"].on(AS_OF) == 900_000

    lowered.write_text(copied.replace("quote: 注册时间10年(含)以上", "quote: 注册时间9年(含)以上"), encoding="utf-8")
    with pytest.raises(PolicyError, match=r"不在文件原文 zhengzhou-2025.txt 里"):
        load_policy(str(lowered))


def test_a_policy_is_read_anew_only_if_a_file_that_it_rests_on_has_changed(tmp_path: Path):
    copied = (loading.POLICIES / f"{ZHENGZHOU}.yaml").read_text(encoding="utf-8")
    own = tmp_path / "own.yaml"
    for title in ("一号文件", "二号文件"):  # as long as each other, and saved at the same time
        own.write_text(copied.replace("title: ", f"title: {title}", 1), encoding="utf-8")
        os.utime(own, ns=(0, 0))
        assert load_policy(str(own)).title.startswith(title)
    assert load_policy(str(own)) is load_policy(str(own))
    text = tmp_path / "texts" / f"{ZHENGZHOU}.txt"
    text.parent.mkdir()
    text.write_text("另一份文件", encoding="utf-8")
    with pytest.raises(PolicyError, match=f"文件原文 {ZHENGZHOU}.txt"):
        load_policy(str(own))


def test_a_text_that_is_missing_is_named_without_the_path_of_its_folder(tmp_path: Path):
    moved = tmp_path / "moved.yaml"
    written = (loading.POLICIES / f"{ZHENGZHOU}.yaml").read_text(encoding="utf-8")
    moved.write_text(written.replace("zhengzhou-2025.txt", "nowhere.txt"), encoding="utf-8")
    with pytest.raises(PolicyError, match=r"没有文件原文 nowhere\.txt（应放在 texts 文件夹里）") as refused:
        load_policy(str(moved))
    assert str(loading.POLICIES) not in str(refused.value)


def test_an_unknown_policy_is_refused_with_the_nearest():
    with pytest.raises(PolicyError, match=r"没有名为“zhengzhou-2024”的政策.*是不是“zhengzhou-2025”"):
        load_policy("zhengzhou-2024")
    with pytest.raises(PolicyError, match="没有名为"):
        load_policy("/no/such/file.yaml")


def test_a_parameter_has_the_value_in_force_on_the_day(tmp_path: Path):
    parameter = load_policy(write_policy(tmp_path)).parameters["tax_above"]
    assert parameter.on(date(2025, 6, 30)) == 1_000_000
    assert parameter.on(date(2025, 7, 1)) == 2_000_050
    assert parameter.on(date(2024, 1, 1)) == 1_000_000


def test_a_setting_replaces_the_value_on_every_day(tmp_path: Path):
    policy = load_policy(write_policy(tmp_path), settings={"tax_above": "5000"})
    assert {policy.parameters["tax_above"].on(day) for day in (date(2025, 6, 30), AS_OF)} == {500_000}
    typed = compile_policy(policy, AS_OF).type_one(ordinary(tax_paid=500_001))
    assert typed.type is HouseholdType.DEVELOPMENT


@pytest.mark.parametrize(
    ("settings", "readings", "said"),
    [
        ({"tax_abov": "1"}, {}, "没有名为“tax_abov”的参数；是不是“tax_above”"),
        ({"tax_above": "-1"}, {}, "设定值“-1”不对；应是以元为单位"),
        ({"tax_above": "1万"}, {}, "设定值“1万”不对"),
        ({"years_from": "1.5"}, {}, "应是不超过 200 的整年数"),
        ({}, {"stuff": "one"}, "没有名为“stuff”的解释；是不是“staff”"),
        ({}, {"staff": "three"}, "没有读法“three”"),
    ],
)
def test_a_wrong_setting_or_reading_is_refused(
    tmp_path: Path, settings: dict[str, str], readings: dict[str, str], said: str
):
    with pytest.raises(PolicyError, match=said):
        load_policy(write_policy(tmp_path), settings=settings, readings=readings)


def test_a_reading_changes_the_clause(tmp_path: Path):
    path = write_policy(tmp_path)
    one = compile_policy(load_policy(path), AS_OF).type_one(ordinary(insured_staff=1))
    two = compile_policy(load_policy(path, readings={"staff": "two"}), AS_OF).type_one(ordinary(insured_staff=1))
    assert (one.type, two.type) == (HouseholdType.GROWTH, HouseholdType.SURVIVAL)


def test_a_required_parameter_without_a_value_refuses_typing_and_lists_what_is_missing(tmp_path: Path):
    policy = load_policy(write_policy(tmp_path, UNSET))
    assert [one.name for one in policy.unset(AS_OF, required=True)] == ["tax_above"]
    with pytest.raises(PolicyUnset, match=r"tax_above（税款界限，依据 《示例文件》 一）") as refused:
        compile_policy(policy, AS_OF)
    assert refused.value.missing == ("tax_above",)
    compile_policy(load_policy(write_policy(tmp_path, UNSET), settings={"tax_above": "1"}), AS_OF)


def test_an_optional_parameter_without_a_value_makes_its_clauses_false(tmp_path: Path):
    policy = load_policy(write_policy(tmp_path, UNSET.replace("    required: true\n", "")))
    assert [one.name for one in policy.unset(AS_OF, required=False)] == ["tax_above"]
    compiled = compile_policy(policy, AS_OF)
    rich, untaxed = compiled.type_one(ordinary(tax_paid=10**12)), compiled.type_one(ordinary(tax_paid=None))
    assert rich.type is HouseholdType.SURVIVAL
    assert untaxed.unknown_mask == 0
    assert {clause.title for clause in compiled.clauses} >= {"税款（文件未定数额）以上"}


def test_a_residual_type_leaves_neither_gap_nor_undetermined(tmp_path: Path):
    compiled = compile_policy(load_policy(write_policy(tmp_path)), AS_OF)
    nothing_known = dict.fromkeys(ordinary())
    assert compiled.type_one(nothing_known).type is HouseholdType.SURVIVAL
    assert compiled.names(compiled.type_one(nothing_known).unknown_mask) == tuple(
        clause.id for clause in compiled.clauses
    )


def test_the_hash_is_of_the_content_and_not_of_its_layout(tmp_path: Path):
    path = write_policy(tmp_path)
    plain = load_policy(path).content_hash
    assert load_policy(write_policy(tmp_path, "# a remark\n" + SMALL)).content_hash == plain
    assert load_policy(path, settings={"tax_above": "5000"}).content_hash != plain
    assert load_policy(path, readings={"staff": "two"}).content_hash != plain
    changed = SMALL.replace("insured_staff >= 1", "insured_staff >= 2")
    assert load_policy(write_policy(tmp_path, changed)).content_hash != plain


def test_a_policy_is_restored_from_the_content_stored_with_a_run():
    policy = load_policy(ZHENGZHOU, settings={"growth_tax_upto": "5000"}, readings={"growth-1-zero": "positive-only"})
    again = restore_policy(json.loads(json.dumps(policy.content, sort_keys=True)))
    assert again.content_hash == policy.content_hash
    assert again.interpretations["growth-1-zero"].chosen == "positive-only"
    before, after = compile_policy(policy, AS_OF), compile_policy(again, AS_OF)
    assert before.duckdb_select() == after.duckdb_select()
    assert [str(clause.citation) for clause in before.clauses] == [str(clause.citation) for clause in after.clauses]


CHILD = """\
id: child
title: 子政策
document: {title: 子文件, issuer: 某县局}
regions: ["4101"]
in_force: {from: 2025-01-01}
decided_by: 某县局
extends: small
parameters:
  tax_above: {values: {2025-01-01: 3}}
typing:
  eligibility:
    - id: base.suspended
      title: 歇业
      expression: suspended
      citation: {article: 五, quote: 歇业}
  types:
    development:
      any:
        - {id: development.1, title: 税款多}
"""


def test_a_policy_that_extends_another_adds_and_replaces_by_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write_policy(tmp_path)
    monkeypatch.setattr(loading, "POLICIES", tmp_path)
    policy = load_policy(write_policy(tmp_path, CHILD, "child"))

    clauses = {clause.id: clause for clause in policy.clauses()}
    assert list(clauses)[:3] == ["base.abnormal", "base.suspended", "development.requires.1"]
    assert clauses["development.1"].title == "税款多"
    assert clauses["development.1"].expression.text == "tax_paid > :tax_above"
    assert policy.parameters["tax_above"].on(AS_OF) == 300
    assert str(clauses["base.abnormal"].citation) == "《示例文件》 一"
    assert str(clauses["base.suspended"].citation) == "《子文件》 五"
    assert (policy.decided_by, policy.regions) == ("某县局", ("4101",))


def test_policies_that_extend_each_other_in_a_circle_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(loading, "POLICIES", tmp_path)
    write_policy(tmp_path, SMALL.replace("decided_by: 某局\n", "decided_by: 某局\nextends: child\n"))
    with pytest.raises(PolicyError, match="绕了一圈"):
        load_policy(write_policy(tmp_path, CHILD, "child"))


def test_a_number_set_later_was_unset_until_its_day(tmp_path: Path):
    later = SMALL.replace("values: {2025-01-01: 10000, 2025-07-01: 20000.5}", "values: {2025-07-01: 20000.5}")
    parameter = load_policy(write_policy(tmp_path, later)).parameters["tax_above"]
    assert parameter.on(date(2025, 6, 30)) is None
    assert parameter.on(date(2025, 7, 1)) == 2_000_050


def test_the_number_a_policy_began_with_also_holds_before_it(tmp_path: Path):
    parameter = load_policy(write_policy(tmp_path)).parameters["tax_above"]
    assert parameter.on(date(2024, 7, 1)) == 1_000_000


def test_two_policies_for_one_region_on_one_day_are_refused_with_the_day_that_ends_the_older():
    old = next(policy for policy in shipped_policies() if policy.id == "zhengzhou-2025")
    new = replace(old, id="zhengzhou-2027", since=date(2027, 1, 1))
    (said,) = rival_policies((new, old))
    assert "zhengzhou-2025 与 zhengzhou-2027 自 2027-01-01 起同时适用于 4101" in said
    assert "给 zhengzhou-2025 写上施行截止日 in_force: {until: 2026-12-31}" in said
    assert rival_policies((replace(old, until=date(2026, 12, 31)), new)) == []
    assert rival_policies((old, replace(new, regions=("410105",)))) == [], "the smaller region goes before"


def test_a_shipped_file_has_the_name_of_its_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(loading, "POLICIES", tmp_path)
    path = write_policy(tmp_path, name="other")
    with pytest.raises(PolicyError, match="id“small”应与文件名“other”相同"):
        load_policy(path)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_text_that_is_not_utf_8_is_named(tmp_path: Path, encoding: str):
    path = write_policy(tmp_path)
    (tmp_path / "texts" / "small.txt").write_text(SMALL_TEXT, encoding=encoding)
    with pytest.raises(PolicyError, match=r"small\.txt 第 1 行：文件原文 small\.txt 不是 UTF-8 编码；请用“另存为”"):
        load_policy(path)


def test_a_text_may_begin_with_a_byte_order_mark(tmp_path: Path):
    path = write_policy(tmp_path)
    (tmp_path / "texts" / "small.txt").write_text(SMALL_TEXT, encoding="utf-8-sig")
    assert load_policy(path).id == "small"
