"""`minglu policy`: which policies there are, whether their test households pass, why a household has its type."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.typing.cli.speaking import (
    FOUND,
    UsageError,
    parse_date,
    parse_folder,
    parse_pairs,
    speaking,
    table,
    today,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.policy.compiled import CompiledPolicy
    from shared.policy.explanation import Explanation, Sentence
    from shared.policy.model import Policy

policy_app = typer.Typer(help="查看、测试政策，解释一户的判定。", no_args_is_help=True, add_completion=False)

PolicyName = Annotated[str, typer.Argument(metavar="政策", help="政策编号，或政策文件（YAML）的路径")]


@policy_app.command("list")
def list_policies() -> None:
    """列出随平台提供的政策。"""
    from shared.policy.loading import load_policy, policy_ids

    with speaking():
        rows: list[tuple[str, ...]] = [("编号", "文号", "名称", "施行", "适用区划", "尚未设定的数额")]
        rows += [row_of(load_policy(name)) for name in policy_ids()]
        typer.echo(table(rows))


def row_of(policy: "Policy") -> tuple[str, ...]:
    """One line of the list."""
    day = today()
    unset = [one.name for required in (True, False) for one in policy.unset(day, required=required)]
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
    """用政策自带的测试户检验政策。"""
    from shared.policy.households import read_households, run_household

    with speaking():
        cases = read_households(policy)
        failures = [failure for case in cases if (failure := run_household(policy, case))]
        for failure in failures:
            typer.echo(f"不符  {failure.name}（{failure.place}）：{failure.message}")
        typer.echo(f"测试户 {len(cases)} 个，相符 {len(cases) - len(failures)} 个，不符 {len(failures)} 个")
        if failures:
            raise typer.Exit(FOUND)


@policy_app.command()
def explain(
    policy: PolicyName,
    feeds: Annotated[Path, typer.Option("--feeds", metavar="文件夹", help="各部门数据所在的文件夹")],
    as_of: Annotated[str, typer.Option("--as-of", metavar="日期", help="判定日，如 2026-07-15")],
    uscc: Annotated[str, typer.Option("--uscc", metavar="代码", help="统一社会信用代码")],
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="名称=值", help="设定政策中尚未设定的数额，可多次给出")
    ] = None,
    readings: Annotated[
        list[str] | None, typer.Option("--reading", metavar="编号=读法", help="改用政策中另一种读法，可多次给出")
    ] = None,
) -> None:
    """说明一户为什么是这个类型：每一句都有依据和事实。"""
    from services.typing.cli.bars import bars
    from services.typing.cli.folder import read_policy
    from services.typing.engine.offline import household_in
    from shared.policy.explanation import explain as explain_outcome

    with speaking():
        day, folder = parse_date(as_of, "--as-of"), parse_folder(feeds, "--feeds")
        chosen = parse_pairs(settings or [], "--set"), parse_pairs(readings or [], "--reading")
        compiled = read_policy(policy, day, *chosen)
        with bars("check") as progress:
            facts = household_in(folder, uscc.strip().upper(), day, today=today(), progress=progress)
        if facts is None:
            raise UsageError(f"登记信息里没有采用的代码 {uscc}，或者该户在判定日 {day} 之后成立")
        why = explain_outcome(compiled, facts, compiled.type_one(facts), with_figures=True)
        typer.echo("\n".join(lines_of(facts, compiled, why)))


def lines_of(facts: "Mapping[str, object]", compiled: "CompiledPolicy", why: "Explanation") -> Iterable[str]:
    """The explanation as text."""
    yield f"{facts['uscc']}  {facts['name']}（区划 {facts['region_code']}）"
    yield f"政策 {compiled.policy.id}，判定日 {compiled.as_of}"
    yield why.summary
    for number, sentence in enumerate(why.sentences, 1):
        yield f"  {number}. {cited(sentence)}"
    if why.unknown:
        yield "还缺数据的："
        for number, sentence in enumerate(why.unknown, 1):
            yield f"  {number}. {cited(sentence)}"


def cited(sentence: "Sentence") -> str:
    """A sentence with what it rests on."""
    return f"{sentence.text}（依据：{sentence.citation}）" if sentence.citation else sentence.text
