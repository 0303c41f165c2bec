"""A policy sent as a text: read like a file, with the place of what is wrong, and out of nothing but shipped files."""

import subprocess
import sys
from pathlib import Path

import pytest

from shared.law.language.errors import PolicyError
from shared.law.reader.loading import draft_policy, load_policy, policy_path

LAW = policy_path("zhengzhou-2025").read_text(encoding="utf-8")
CHILD = """\
id: child
title: 草案
extends: zhengzhou-2025
document: {title: 征求意见稿, issuer: 某局}
regions: ["4101"]
in_force: {from: 2026-01-01, until: null}
decided_by: 某局
parameters:
  growth_tax_upto:
    values: {2026-01-01: 20000}
    citation: {article: 一, quote: 二万元以下}
"""


def refusal(text: str) -> str:
    with pytest.raises(PolicyError) as refused:
        draft_policy(text, settings={}, readings={})
    return str(refused.value)


def test_a_text_is_the_policy_that_the_file_would_be() -> None:
    readings = {"growth-1-zero": "positive-only"}
    text = draft_policy(LAW, settings={"growth_tax_upto": "20000"}, readings=readings)
    file = load_policy("zhengzhou-2025", settings={"growth_tax_upto": "20000"}, readings=readings)
    assert text.content_hash == file.content_hash


def test_a_text_may_extend_a_shipped_policy_and_no_other_file(tmp_path: Path) -> None:
    child = draft_policy(CHILD, settings={}, readings={})
    assert child.parameters["growth_tax_upto"].values[0].value == 2_000_000
    (tmp_path / "own.yaml").write_text(LAW, encoding="utf-8")
    for name in (str(tmp_path / "own.yaml"), "../policies/zhengzhou-2025", "zhengzhou-2025.yaml"):
        assert "没有可以扩展的政策" in refusal(CHILD.replace("zhengzhou-2025", name))


@pytest.mark.parametrize("name", ["../zhengzhou-2025.yaml", "/etc/hostname", "a/b.txt"])
def test_a_text_cannot_ask_what_stands_in_other_files(name: str) -> None:
    """A quote is looked for in the document's text: without this it would tell what any file of the server holds."""
    assert "应只写文件名" in refusal(LAW.replace("text: zhengzhou-2025.txt", f"text: {name}"))


def test_what_is_wrong_names_the_line() -> None:
    line = LAW[: LAW.index("growth_tax_upto:")].count("\n") + 1
    said = refusal(LAW.replace("growth_tax_upto:\n", "growth_tax_upto: 5\n  other:\n"))
    assert f"政策草案 第 {line} 行" in said


def test_a_text_nested_without_end_is_refused() -> None:
    assert "嵌套太深" in refusal("a: " + "[" * 100_000)


def test_composing_it_unchecked_would_end_the_process() -> None:
    """The planted fault: what the check of depth is there for."""
    script = "import yaml; yaml.compose('a: ' + '[' * 100_000, Loader=getattr(yaml, 'CSafeLoader', yaml.SafeLoader))"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert ended.returncode != 0
