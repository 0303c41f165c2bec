"""`minglu policy`: lists policies, runs their test households, checks one (`explain`, `diff`: other modules).

`check` proves gaps, overlaps and rules without effect, and shows what other readings would change.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.typing.cli.policy_diff import diff
from services.typing.cli.policy_explain import explain
from services.typing.cli.terminal import (
    EXIT_FOUND,
    PolicyName,
    Readings,
    Settings,
    UsageError,
    errors_as_sentences,
    parse_date,
    parse_pairs,
    table,
    today,
)

if TYPE_CHECKING:
    from shared.law.model.policy import Policy


def check(
    policy: PolicyName,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="日期", help="判定日；默认今天")] = None,
    settings: Settings = None,
    readings: Readings = None,
    against: Annotated[
        str | None, typer.Option("--against", metavar="政策", help="另与这个政策比较：谁的类型不同")
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="文件", help="把找出的户存为测试户（YAML，不覆盖已有文件）")
    ] = None,
) -> None:
    """检查政策：证明有没有规则空档、重叠和不起作用的规则，列出界限两边和换一种读法的结果。"""
    from services.typing.cli.type_folder import read_policy
    from shared.law.verifier.case_export import export_cases
    from shared.law.verifier.objections import check_objections
    from shared.law.verifier.report import objection_lines, report_lines
    from shared.law.verifier.verify import verify

    with errors_as_sentences():
        day = today() if as_of is None else parse_date(as_of, "--as-of")
        check_save_path(save)
        chosen = parse_pairs(settings or [], "--set"), parse_pairs(readings or [], "--reading")
        compiled = read_policy(policy, day, *chosen)
        other = None if against is None else read_policy(against, day, applicable_settings(against, chosen[0]), {})
        verification = verify(compiled, other)
        problems = check_objections(compiled.policy, day)
        typer.echo("\n".join([*report_lines(verification), *objection_lines(compiled.policy, problems, day)]))
        typer.echo(f"用时 {verification.seconds:.2f} 秒（不含启动）；找出的每一户都已由判定程序核实")
        if save is not None:
            typer.echo(f"{export_cases(verification, save, chosen[0])} 户存入 {save}")
        if verification.needs_attention or problems:
            raise typer.Exit(EXIT_FOUND)


def check_save_path(path: Path | None) -> None:
    """Check that the households' file does not exist yet and that its folder does."""
    if path is None:
        return
    if path.suffix not in (".yaml", ".yml"):
        raise UsageError(f"--save 的文件 {path.name} 应以 .yaml 结尾")
    if path.exists():
        raise UsageError(f"--save 的文件 {path} 已经存在，请换一个名字")
    if not path.parent.is_dir():
        raise UsageError(f"--save 所在的文件夹 {path.parent} 不存在")


def applicable_settings(policy: str, settings: dict[str, str]) -> dict[str, str]:
    """The settings that the other policy has parameters for."""
    from shared.law.reader.loading import load_policy

    parameters = load_policy(policy).parameters
    return {name: value for name, value in settings.items() if name in parameters}


policy_app = typer.Typer(help="查看、测试政策，解释一户的判定。", no_args_is_help=True, add_completion=False)


@policy_app.command("list")
def list_policies() -> None:
    """列出随平台提供的政策。"""
    from shared.law.reader.loading import load_policy, policy_ids

    with errors_as_sentences():
        rows: list[tuple[str, ...]] = [("编号", "文号", "名称", "施行", "适用区划", "尚未设定的数额")]
        rows += [policy_row(load_policy(name)) for name in policy_ids()]
        typer.echo(table(rows))


def policy_row(policy: "Policy") -> tuple[str, ...]:
    """One row of the list of policies."""
    day = today()
    unset = [parameter.name for required in (True, False) for parameter in policy.unset(day, required=required)]
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


policy_app.command()(check)
policy_app.command()(explain)
policy_app.command()(diff)
