"""`minglu policy check`: what it prints, what it saves, and the exit codes of the contract."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.typing.cli.policy import policy_app
from shared.law.reader.loading import POLICIES

AS_OF = ("--as-of", "2025-07-15")
OPENED = ("--reading", "growth-1-zero=positive-only")


def check(*arguments: str) -> Result:
    return CliRunner().invoke(policy_app, ["check", *arguments])


def test_a_policy_without_gap_ends_with_nought_and_says_how_long_it_took():
    done = check("zhengzhou-2025", *AS_OF)
    assert done.exit_code == 0, done.output
    assert "没有规则空档" in done.stdout
    assert "打开规则空档" in done.stdout
    assert "的界限重叠" in done.stdout
    assert "按判定顺序算发展型" in done.stdout
    assert "秒（不含启动）" in done.stdout


def test_a_gap_ends_with_one_and_shows_the_household_and_the_law():
    found = check("zhengzhou-2025", *AS_OF, *OPENED)
    assert found.exit_code == 1
    assert "有规则空档" in found.stdout
    assert "判定为规则空档" in found.stdout
    assert "（依据：郑市监〔2025〕6号 三（一）1 成长型 A）" in found.stdout


def test_a_number_can_be_set_for_a_trial():
    found = check("zhengzhou-2025", *AS_OF, "--set", "growth_tax_upto=5000")
    assert found.exit_code == 1
    assert "上年度实际缴纳税款是5,000.01元" in found.stdout


def test_numbers_that_must_be_set_first_end_with_three_and_are_named():
    refused = check("national-2024", *AS_OF)
    assert refused.exit_code == 3
    assert "请先设定" in refused.stderr
    assert "growth_years" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_another_policy_is_compared_with(tmp_path: Path):
    law = (POLICIES / "zhengzhou-2025.yaml").read_text(encoding="utf-8")
    draft = tmp_path / "draft.yaml"
    draft.write_text(law.replace("id: zhengzhou-2025", "id: draft").replace("18: 600000}", "18: 700000}"), "utf-8")
    differing = check("zhengzhou-2025", *AS_OF, "--against", str(draft))
    assert "有的户按 zhengzhou-2025 是发展型，按 draft 是成长型。" in differing.stdout
    assert "60万元" in differing.stdout.split("【与另一政策相比】")[1]
    same = check("zhengzhou-2025", *AS_OF, "--against", "zhengzhou-2025")
    assert "判定都相同（已证明）" in same.stdout


def test_the_households_are_saved_once_and_nothing_is_overwritten(tmp_path: Path):
    path = tmp_path / "found.yaml"
    assert check("zhengzhou-2025", *AS_OF, "--save", str(path)).exit_code == 0
    saved = path.read_text(encoding="utf-8")
    assert "includes-five" in saved
    again = check("zhengzhou-2025", *AS_OF, "--save", str(path))
    assert again.exit_code == 2
    assert "已经存在" in again.stderr
    assert path.read_text(encoding="utf-8") == saved


WRONG = {
    "no such policy": (("nowhere",), "没有名为“nowhere”的政策"),
    "no such policy to compare with": (("zhengzhou-2025", "--against", "nowhere"), "没有名为“nowhere”的政策"),
    "a bad date": (("zhengzhou-2025", "--as-of", "2025-13-01"), "--as-of"),
    "no such reading": (("zhengzhou-2025", "--reading", "growth-1-zero=x"), "没有读法“x”"),
    "no such parameter": (("zhengzhou-2025", "--set", "x=1"), "没有名为“x”的参数"),
    "a file that is no YAML": (("zhengzhou-2025", "--save", "found.csv"), "应以 .yaml 结尾"),
    "a folder that is not there": (("zhengzhou-2025", "--save", "/nowhere/found.yaml"), "不存在"),
}


@pytest.mark.parametrize(("arguments", "words"), WRONG.values(), ids=WRONG)
def test_wrong_usage_ends_with_two_and_one_sentence(arguments: tuple[str, ...], words: str):
    refused = check(*arguments)
    assert refused.exit_code == 2
    assert words in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_day_outside_the_policys_dates_is_said_and_not_refused():
    done = check("zhengzhou-2025", "--as-of", "2024-07-15")
    assert done.exit_code == 0
    assert "不在政策的施行期内" in done.stdout
