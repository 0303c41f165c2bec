"""`minglu policy check`: proves gaps, overlaps and idle rules of a policy, and what other readings would change."""

from pathlib import Path
from typing import Annotated

import typer

from services.typing.cli.options import PolicyName, Readings, Settings
from services.typing.cli.speaking import FOUND, UsageError, parse_date, parse_pairs, speaking, today


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
    from services.typing.cli.folder import read_policy
    from shared.policy.verifier.report import lines
    from shared.policy.verifier.saving import save as save_cases
    from shared.policy.verifier.verify import verify

    with speaking():
        day = today() if as_of is None else parse_date(as_of, "--as-of")
        check_new(save)
        chosen = parse_pairs(settings or [], "--set"), parse_pairs(readings or [], "--reading")
        compiled = read_policy(policy, day, *chosen)
        other = None if against is None else read_policy(against, day, own_settings(against, chosen[0]), {})
        verification = verify(compiled, other)
        typer.echo("\n".join(lines(verification)))
        typer.echo(f"用时 {verification.seconds:.2f} 秒（不含启动）；找出的每一户都已由判定程序核实")
        if save is not None:
            typer.echo(f"{save_cases(verification, save, chosen[0])} 户存入 {save}")
        if verification.needs_attention:
            raise typer.Exit(FOUND)


def check_new(path: Path | None) -> None:
    """The file for the households is not there yet, its folder is."""
    if path is None:
        return
    if path.suffix not in (".yaml", ".yml"):
        raise UsageError(f"--save 的文件 {path.name} 应以 .yaml 结尾")
    if path.exists():
        raise UsageError(f"--save 的文件 {path} 已经存在，请换一个名字")
    if not path.parent.is_dir():
        raise UsageError(f"--save 所在的文件夹 {path.parent} 不存在")


def own_settings(policy: str, settings: dict[str, str]) -> dict[str, str]:
    """The settings that the other policy has parameters for."""
    from shared.policy.loading import load_policy

    parameters = load_policy(policy).parameters
    return {name: value for name, value in settings.items() if name in parameters}
