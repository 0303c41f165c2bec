"""`minglu policy`: which policies there are, whether their test households pass; and the commands beside it."""

from typing import TYPE_CHECKING

import typer

from services.typing.cli.checking import check
from services.typing.cli.diffing import diff
from services.typing.cli.explaining import explain
from services.typing.cli.options import PolicyName
from services.typing.cli.speaking import FOUND, speaking, table, today

if TYPE_CHECKING:
    from shared.policy.model import Policy

policy_app = typer.Typer(help="查看、测试政策，解释一户的判定。", no_args_is_help=True, add_completion=False)


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
    """用政策自带的测试户检验政策：分型的，和认定的。"""
    from shared.policy.households import read_households, run_household
    from shared.policy.recognition.cases import read_cases, run_case

    with speaking():
        typed, recognised = read_households(policy), read_cases(policy)
        failures = [failure for case in typed if (failure := run_household(policy, case))]
        failures += [failure for case in recognised if (failure := run_case(policy, case))]
        for failure in failures:
            typer.echo(f"不符  {failure.name}（{failure.place}）：{failure.message}")
        total = len(typed) + len(recognised)
        typer.echo(f"测试户 {total} 个，相符 {total - len(failures)} 个，不符 {len(failures)} 个")
        if failures:
            raise typer.Exit(FOUND)


policy_app.command()(check)
policy_app.command()(explain)
policy_app.command()(diff)
