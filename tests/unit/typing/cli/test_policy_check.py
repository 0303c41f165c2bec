"""`minglu policy check`: what it prints, what it saves, and the exit codes of the contract."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.typing.cli.policy import policy_app
from shared.law.reader import loading
from shared.law.reader.loading import POLICIES
from tests.unit.law.policy_samples import SMALL, SMALL_TEXT, write_policy

AS_OF = ("--as-of", "2025-07-15")
OPENED = ("--reading", "growth-1-zero=positive-only")


def check(*arguments: str) -> Result:
    return CliRunner().invoke(policy_app, ["check", *arguments])


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """A city's policy as it is, proved once for the tests that look at what was printed and at what was saved."""
    path = tmp_path_factory.mktemp("saved") / "found.yaml"
    return check("zhengzhou-2025", *AS_OF, "--save", str(path)), path


def test_a_policy_without_gap_ends_with_nought_and_says_how_long_it_took(saved: tuple[Result, Path]):
    done, _ = saved
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


def test_a_policy_compared_with_itself_gives_every_household_the_same_type(tmp_path: Path):
    policy = write_policy(tmp_path)
    same = check(policy, *AS_OF, "--against", policy)
    assert "判定都相同（已证明）" in same.stdout


def test_the_households_are_saved_once_and_nothing_is_overwritten(saved: tuple[Result, Path]):
    _, path = saved
    kept = path.read_text(encoding="utf-8")
    assert "includes-five" in kept
    again = check("zhengzhou-2025", *AS_OF, "--save", str(path))
    assert again.exit_code == 2
    assert "已经存在" in again.stderr
    assert path.read_text(encoding="utf-8") == kept


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


def test_a_day_outside_the_policys_dates_is_said_and_not_refused(tmp_path: Path):
    sound = SMALL.replace(", 2025-07-01: 20000.5", "").replace("insured_staff >= 2", "insured_staff > 1")
    policy = write_policy(tmp_path, sound)
    done = check(policy, "--as-of", "2026-07-15")
    assert done.exit_code == 0, done.output
    assert "不在政策的施行期内" in done.stdout


def test_a_text_whose_words_are_all_accounted_for_ends_with_nought():
    done = CliRunner().invoke(policy_app, ["text", "fuling-2024"])
    assert done.exit_code == 0, done.output
    assert "【有待建设】" in done.stdout
    assert done.stdout.endswith("【没有引用也没有说明】\n  没有。\n")


def test_forgotten_words_end_with_one_and_are_named_with_their_line(tmp_path: Path):
    policy = write_policy(tmp_path)
    (tmp_path / "texts" / "small.txt").write_text(f"{SMALL_TEXT}\n另行通知。\n", encoding="utf-8")
    page = tmp_path / "page.md"
    found = CliRunner().invoke(policy_app, ["text", policy, "--page", str(page)])
    assert found.exit_code == 1
    assert "  第 2 行：另行通知。" in found.stdout
    assert "- 第 2 行：另行通知。" in page.read_text(encoding="utf-8")
    assert "minglu policy text" in check(policy, *AS_OF).stdout


def test_a_broken_list_of_passages_is_an_error_of_the_check_too(tmp_path: Path):
    policy = write_policy(tmp_path)
    (tmp_path / "small.without-rule.yaml").write_text("passages:\n  - {from: 不在原文里的话, reason: 口号}\n", "utf-8")
    refused = check(policy, *AS_OF)
    assert refused.exit_code == 2
    assert "small.without-rule.yaml 第 2 行：“不在原文里的话”不在原文里" in refused.stderr


def test_a_broken_policy_does_not_hide_the_others_from_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(loading, "POLICIES", tmp_path)
    write_policy(tmp_path)
    write_policy(tmp_path, SMALL.replace("id: small", "id: rival"), "rival")
    (tmp_path / "broken.yaml").write_text("id: [", encoding="utf-8")
    listed = CliRunner().invoke(policy_app, ["list"])
    assert listed.exit_code == 1
    assert "《示例文件》" in listed.stdout
    assert "broken 不能用：" in listed.stderr
    assert "政策 rival 与 small 2025-01-01 至 2025-12-31同时适用于 41" in listed.stderr


OWN_SURVIVAL = """\
      any:
        - {id: survival.1, title: 年轻, expression: not established_on at least :years_from years ago,
           citation: {article: 四, quote: 其余都是生存型}}
"""


def test_every_later_day_on_which_a_number_changes_is_proved_too(tmp_path: Path):
    text = SMALL.replace("      residual: true\n", OWN_SURVIVAL).replace("20000.5}", "5000}")
    text = text.replace("growth.1: insured_staff >= 1", "growth.1: tax_paid <= :tax_above")
    policy = write_policy(tmp_path, text.replace("expression: tax_paid > :tax_above", "expression: tax_paid > 10000"))
    now, later = check(policy, "--as-of", "2025-06-01"), check(policy, "--as-of", "2025-07-15")
    assert "没有规则空档" in now.stdout.split("【自 2025-07-01 起")[0]
    assert "有规则空档" in now.stdout.split("【自 2025-07-01 起，数额有变动】")[1]
    assert now.exit_code == 1
    assert "起，数额有变动" not in later.stdout


def test_a_later_day_without_other_findings_says_so(tmp_path: Path):
    policy = write_policy(tmp_path, SMALL.replace("20000.5}", "20000}"))
    done = check(policy, "--as-of", "2025-06-01")
    assert "【自 2025-07-01 起，数额有变动】\n  空档、缺数据、不起作用的规则和重叠都没有变化（已证明）。" in done.stdout


def test_yuan_for_ten_thousands_of_yuan_ends_with_one(tmp_path: Path):
    policy = write_policy(tmp_path, SMALL.replace("2025-01-01: 10000,", "2025-01-01: 1,"))
    found = check(policy, *AS_OF)
    assert found.exit_code == 1
    assert "【数额与引文】\n  参数 tax_above（税款界限）是1元，引文“税款一万元以上”里没有这个数。" in found.stdout


def test_a_scoring_sheet_is_read_before_it_is_entered(tmp_path: Path):
    example = Path("policies/examples/fishing-port.scoring.yaml")
    read = CliRunner().invoke(policy_app, ["sheet", str(example)])
    assert read.exit_code == 0, read.output
    assert "知名：34 项（含扣分项、否决项），其中 4 项由评审员打分" in read.stdout
    wrong = tmp_path / "sheet.yaml"
    text = example.read_text(encoding="utf-8").replace("text: fishing-port-scoring.txt", "")
    wrong.write_text(text.replace("weight: 30", "weight: 31"), encoding="utf-8")
    refused = CliRunner().invoke(policy_app, ["sheet", str(wrong)])
    assert refused.exit_code == 2
    assert "应当正好是 100" in refused.output
