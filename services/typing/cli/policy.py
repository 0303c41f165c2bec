"""`minglu policy`: lists policies, runs their test households, compares one with its text.

`check`, `explain`, `diff` and `sheet` are other modules.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.typing.cli.policy_check import check
from services.typing.cli.policy_diff import diff
from services.typing.cli.policy_explain import explain
from services.typing.cli.policy_sheet import sheet
from services.typing.cli.terminal import (
    EXIT_FOUND,
    PolicyName,
    UsageError,
    errors_as_sentences,
    table,
    today,
    warn,
)

if TYPE_CHECKING:
    from shared.law.model.policy import Policy


policy_app = typer.Typer(help="查看、测试政策，解释一户的判定。", no_args_is_help=True, add_completion=False)


@policy_app.command("list")
def list_policies() -> None:
    """列出随平台提供的政策。"""
    from shared.law.language.errors import PolicyError
    from shared.law.reader.loading import load_policy, policy_ids, rival_policies

    with errors_as_sentences():
        policies, wrong = [], []
        for name in policy_ids():
            try:
                policies.append(load_policy(name))
            except PolicyError as error:
                wrong.append(f"{name} 不能用：{error}")
        rows: list[tuple[str, ...]] = [("编号", "文号", "名称", "施行", "适用区划", "尚未设定的数额")]
        typer.echo(table([*rows, *map(policy_row, policies)]))
        for sentence in [*wrong, *rival_policies(policies)]:
            warn(sentence)
        if wrong or rival_policies(policies):
            raise typer.Exit(EXIT_FOUND)


def policy_row(policy: "Policy") -> tuple[str, ...]:
    """One row of the list of policies."""
    unset = policy.unset_names(today())
    until = f"至 {policy.until}" if policy.until else "起"
    return (
        policy.id,
        policy.document.number,
        policy.title,
        f"{policy.since} {until}",
        "、".join(policy.regions) or "全国",
        "、".join(unset) or "无",
    )


@policy_app.command()
def test(policy: PolicyName) -> None:
    """用政策自带的测试户检验政策：分型的，和认定的。"""
    from shared.law.verifier.household_cases import (
        read_household_cases,
        read_recognition_cases,
        run_household_case,
        run_recognition_case,
    )

    with errors_as_sentences():
        typed, recognised = read_household_cases(policy), read_recognition_cases(policy)
        failures = [failure for case in typed if (failure := run_household_case(policy, case))]
        failures += [failure for case in recognised if (failure := run_recognition_case(policy, case))]
        for failure in failures:
            typer.echo(f"不符  {failure.name}（{failure.place}）：{failure.message}")
        total = len(typed) + len(recognised)
        typer.echo(f"测试户 {total} 个，相符 {total - len(failures)} 个，不符 {len(failures)} 个")
        if failures:
            raise typer.Exit(EXIT_FOUND)


@policy_app.command("text")
def compare_text(
    policy: PolicyName,
    page: Annotated[
        Path | None,
        typer.Option("--page", metavar="文件", help="另把原文与规则的对照页写成 Markdown（不覆盖已有文件）"),
    ] = None,
) -> None:
    """逐字对照原文：哪些话有规则，哪些不需要规则，哪些有待建设，哪些漏了。"""
    from shared.law.pages import page as page_of
    from shared.law.verifier.report import text_lines
    from shared.law.verifier.text_coverage import text_coverage

    with errors_as_sentences():
        if page is not None and page.exists():
            raise UsageError(f"--page 的文件 {page} 已经存在，请换一个名字")
        coverage = text_coverage(policy)
        if coverage is None:
            raise UsageError(f"政策 {policy} 没有写 document 的 text（文件原文），没有可以对照的")
        typer.echo("\n".join(text_lines(coverage)))
        if page is not None:
            page.write_text(page_of(policy), encoding="utf-8")
        if coverage.uncovered:
            raise typer.Exit(EXIT_FOUND)


policy_app.command()(check)
policy_app.command()(explain)
policy_app.command()(diff)
policy_app.command()(sheet)
