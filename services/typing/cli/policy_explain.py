"""`minglu policy explain`: why a household has its type, every sentence with its citation and its facts."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from services.typing.cli.terminal import (
    AsOf,
    Feeds,
    PolicyName,
    Readings,
    Settings,
    UsageError,
    errors_as_sentences,
    parse_date,
    parse_folder,
    parse_pairs,
    today,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.law.compiler.compiled_policy import CompiledPolicy
    from shared.law.explain.explanation import Explanation
    from shared.law.explain.recourse import Recourse
    from shared.law.model.clauses import Citation

DISCLAIMER = "以上按这一户现有的数据计算，只说明规则；申报的数据应当真实。"


def explain(
    policy: PolicyName,
    feeds: Feeds,
    as_of: AsOf,
    uscc: Annotated[str, typer.Option("--uscc", metavar="代码", help="统一社会信用代码")],
    settings: Settings = None,
    readings: Readings = None,
) -> None:
    """说明一户为什么是这个类型：每一句都有依据和事实。"""
    from services.typing.cli.terminal import progress_bars
    from services.typing.cli.type_folder import read_policy
    from services.typing.engine.offline import read_household_facts
    from shared.law.explain.explanation import explain as explain_outcome

    with errors_as_sentences():
        day, folder = parse_date(as_of, "--as-of"), parse_folder(feeds, "--feeds")
        chosen = parse_pairs(settings or [], "--set"), parse_pairs(readings or [], "--reading")
        compiled = read_policy(policy, day, *chosen)
        with progress_bars("check") as progress:
            facts = read_household_facts(folder, uscc.strip().upper(), day, today=today(), progress=progress)
        if facts is None:
            raise UsageError(f"登记信息里没有采用的代码 {uscc}，或者该户在判定日 {day} 之后成立")
        why = explain_outcome(compiled, facts, compiled.type_one(facts), with_figures=True)
        typer.echo("\n".join(explanation_lines(facts, compiled, why)))


def explanation_lines(facts: "Mapping[str, object]", compiled: "CompiledPolicy", why: "Explanation") -> Iterator[str]:
    """The explanation as text, in five sections."""
    yield "判定"
    yield f"  {facts['uscc']}  {facts['name']}（区划 {facts['region_code']}）"
    yield f"  政策 {compiled.policy.id}，判定日 {compiled.as_of}"
    yield f"  {why.summary}"
    best = max(rule.type for rule in compiled.policy.types) is why.type
    readings = (reading.text for reading in why.counterfactuals.readings)
    yield from section("依据", numbered(with_citation(sentence.text, sentence.citation) for sentence in why.sentences))
    yield from section("还缺的数据", numbered(missing_lines(why)), "没有缺少会影响判定的数据。")
    yield from section(
        "距离下一型", recourse_lines(why), "已经是最高的类型。" if best else "要等所缺的数据补齐以后才能说。"
    )
    yield from section("读法", numbered(readings), "换用别的读法，判定不变。")


def section(title: str, lines: Iterable[str], nothing: str = "") -> Iterator[str]:
    """A heading and its lines; `nothing` instead of them."""
    yield ""
    yield title
    yield from (f"  {line}" for line in list(lines) or [nothing])


def numbered(lines: Iterable[str]) -> Iterator[str]:
    """Numbered lines."""
    return (f"{number}. {line}" for number, line in enumerate(lines, 1))


def missing_lines(why: "Explanation") -> Iterator[str]:
    """Missing facts and unset numbers, what each would change, and the possible results."""
    for sentence in why.unknown:
        yield with_citation(sentence.text, sentence.citation)
    for prospect in why.counterfactuals.missing_data.facts:
        yield prospect.text
    for opening in why.counterfactuals.unset_parameters:
        yield with_citation(opening.text, opening.citation)
    if why.counterfactuals.missing_data.together:
        yield why.counterfactuals.missing_data.together


def recourse_lines(why: "Explanation") -> Iterator[str]:
    """The paths to each better type, or the ends of the defects; and the expiries."""
    for kind, together in groupby(why.counterfactuals.recourse, key=lambda way: way.type if way.clause else None):
        ways = list(together)
        if kind is None:
            yield from (line for way in ways for line in defect_lines(way))
        else:
            yield f"{kind.label}，{'下面任何一种：' if len(ways) > 1 else '须：'}"
            yield from (f"  {line}" for line in numbered(recourse_line(way) for way in ways))
    for ending in why.counterfactuals.expiries:
        yield with_citation(ending.text, ending.citation)
    if why.counterfactuals.recourse or why.counterfactuals.expiries:
        yield DISCLAIMER


def recourse_line(way: "Recourse") -> str:
    """A path to a type, with the citation of its condition or, if that already holds, of the defect."""
    last = next((step for step in way.steps if step.clause == way.clause), way.steps[0])
    return with_citation(way.text, last.citation)


def defect_lines(way: "Recourse") -> Iterator[str]:
    """The defects that would have to end, and what the household would be then."""
    yield "下面的情形都没有以后："
    yield from (f"  {line}" for line in numbered(with_citation(step.text, step.citation) for step in way.steps))
    yield way.text


def with_citation(text: str, citation: "Citation") -> str:
    """A sentence with its citation and facts."""
    return f"{text}（依据：{citation}）"
