"""`minglu policy check`: proves a policy on a day, and on every later day on which one of its numbers changes."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.typing.cli.terminal import (
    EXIT_FOUND,
    PolicyName,
    Readings,
    Settings,
    UsageError,
    errors_as_sentences,
    parse_date,
    parse_pairs,
    today,
)

if TYPE_CHECKING:
    from shared.law.compiler.compiled_policy import CompiledPolicy
    from shared.law.verifier.findings import Verification


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
    """检查政策：证明有没有规则空档、重叠和不起作用的规则，核对数额与引文、认定季的日子和帮扶措施，列出界限两边和换一种读法的结果。"""
    from services.typing.cli.type_folder import read_policy
    from shared.law.reader.measures import measures_beside
    from shared.law.verifier.case_export import export_cases
    from shared.law.verifier.measures import measure_lines
    from shared.law.verifier.report import report_lines
    from shared.law.verifier.text_coverage import text_coverage
    from shared.law.verifier.verify import verify

    with errors_as_sentences():
        day = today() if as_of is None else parse_date(as_of, "--as-of")
        check_save_path(save)
        chosen = parse_pairs(settings or [], "--set"), parse_pairs(readings or [], "--reading")
        compiled = read_policy(policy, day, *chosen)
        other = None if against is None else read_policy(against, day, applicable_settings(against, chosen[0]), {})
        coverage, measures = text_coverage(policy), measures_beside(policy)
        verification = verify(compiled, other)
        rest = remaining_checks(compiled, verification)
        typer.echo("\n".join([*report_lines(verification), *rest.lines]))
        if measures is not None:
            typer.echo("\n".join(measure_lines(measures, day)))
        if coverage is not None and coverage.uncovered:
            places = len(coverage.uncovered)
            typer.echo(f"【原文】有 {places} 处没有引用也没有说明：minglu policy text {policy} 逐处列出")
        typer.echo(f"用时 {verification.seconds:.2f} 秒（不含启动）；找出的每一户都已由判定程序核实")
        if save is not None:
            typer.echo(f"{export_cases(verification, save, chosen[0])} 户存入 {save}")
        if verification.needs_attention or rest.needs_attention:
            raise typer.Exit(EXIT_FOUND)


@dataclass(frozen=True)
class RemainingChecks:
    """The lines about everything but typing on the day itself, and whether something should be looked at."""

    lines: tuple[str, ...]
    needs_attention: bool


def remaining_checks(compiled: "CompiledPolicy", verification: "Verification") -> RemainingChecks:
    """Numbers, recognition and objections on the day, and everything on the later days on which a number changes."""
    from shared.law.verifier.objections import check_objections
    from shared.law.verifier.quoted_numbers import number_problems
    from shared.law.verifier.report import objection_lines, problem_lines

    policy, day = compiled.policy, compiled.as_of
    numbers, recognition = list(number_problems(policy)), recognition_problems(compiled, day)
    objections = check_objections(policy, day)
    later, wrong_later = later_days(compiled, verification, recognition)
    lines = [
        *problem_lines("数额与引文", numbers, "参数的数额都在各自的引文里，表达式里没有写死的数，没有用不到的参数。"),
        *(problem_lines("认定", recognition, "规则都起作用，日子先后有序（已证明）。") if policy.recognition else ()),
        *objection_lines(policy, objections, day),
        *later,
    ]
    return RemainingChecks(tuple(lines), bool(numbers or recognition or objections or wrong_later))


def recognition_problems(compiled: "CompiledPolicy", day: date) -> list[str]:
    """What is wrong with the rules of recognition on a day; nothing where there are none."""
    from shared.law.verifier.recognition import check_recognition

    rules = compiled.policy.recognition
    return [] if rules is None else list(check_recognition(rules, day))


def later_days(
    compiled: "CompiledPolicy", verification: "Verification", recognition: list[str]
) -> tuple[list[str], bool]:
    """The lines about the later days on which a number changes, and whether something should be looked at then."""
    from shared.law.compiler.compiled_policy import compile_policy
    from shared.law.verifier.findings import NEEDS_ATTENTION
    from shared.law.verifier.report import later_lines
    from shared.law.verifier.verify import days_of_change, verify_later

    lines: list[str] = []
    wrong = False
    for day in days_of_change(compiled.policy, compiled.as_of):
        findings = verify_later(compile_policy(compiled.policy, day))
        fresh = [problem for problem in recognition_problems(compiled, day) if problem not in recognition]
        lines += [*later_lines(day, findings, verification.findings), *(f"  认定：{problem}。" for problem in fresh)]
        wrong = wrong or bool(fresh) or any(finding.kind in NEEDS_ATTENTION for finding in findings)
    return lines, wrong


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
