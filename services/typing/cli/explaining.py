"""`minglu policy explain`: why a household has its type, every sentence with its citation and its facts."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from services.typing.cli.options import AsOf, Feeds, PolicyName, Readings, Settings
from services.typing.cli.speaking import UsageError, parse_date, parse_folder, parse_pairs, speaking, today

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.policy.compiled import CompiledPolicy
    from shared.policy.explanation import Explanation, Sentence


def explain(
    policy: PolicyName,
    feeds: Feeds,
    as_of: AsOf,
    uscc: Annotated[str, typer.Option("--uscc", metavar="代码", help="统一社会信用代码")],
    settings: Settings = None,
    readings: Readings = None,
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
