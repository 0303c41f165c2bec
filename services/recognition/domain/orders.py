"""What an order of a quota or season may say of its policy: the law's numbers stand, readings are their bureau's.

A number may be set where the policy leaves it unset, with the document that sets it. A reading may be chosen by a
bureau of the level that the interpretation names. A season goes by the policy of its quota.
"""

import datetime as dt
from collections.abc import Iterator, Mapping

from services.recognition.domain.turns import level_of
from shared.policy.model import Interpretation, Parameter, Policy
from shared.policy.recognition.model import Recognition
from shared.policy.recognition.open_points import open_points
from shared.policy.units import nearest, say


def wrong_settings(
    rules: Recognition, settings: Mapping[str, str], document: str | None, day: dt.date
) -> Iterator[str]:
    """Why numbers cannot be set so, each in a sentence."""
    unset = [name for name, parameter in rules.parameters.items() if not parameter.values]
    for name in settings:
        parameter = rules.parameters.get(name)
        if parameter is None:
            yield f"认定规则里没有名为“{name}”的数额{nearest(name, unset)}"
        elif parameter.values:
            yield f"“{parameter.title}”（{name}）已定为{said(parameter, day)}，不能另设"
    if settings and document is None:
        yield "设定数额要在 document 中写明由哪份文件定的"


def said(parameter: Parameter, day: dt.date) -> str:
    """A number that is set, with what it rests on."""
    document = parameter.setting and parameter.setting.document
    return f"{say(parameter.on(day), parameter.unit)}（{document or parameter.citation}）"


def open_readings(policy: Policy, rules: Recognition, day: dt.date) -> Mapping[str, Interpretation]:
    """The interpretations that an order may speak of: those of the recognition part."""
    return {point.interpretation.id: point.interpretation for point in open_points(policy, rules, day)}


def wrong_readings(known: Mapping[str, Interpretation], readings: Mapping[str, str]) -> Iterator[str]:
    """Why readings cannot be chosen so by anybody, each in a sentence."""
    for name, choice in readings.items():
        if name not in known:
            yield f"认定规则里没有名为“{name}”的解释{nearest(name, known)}"
        elif choice not in known[name].readings:
            yield f"解释“{name}”没有读法“{choice}”{nearest(choice, known[name].readings)}"
        elif choice != known[name].chosen and known[name].level is None:
            yield f"“{known[name].question}”只能由{known[name].decides}改政策文件，不能在办理时另选读法"


def others_readings(
    known: Mapping[str, Interpretation], readings: Mapping[str, str], region: str
) -> list[Interpretation]:
    """The interpretations whose reading would become another, and that a bureau of this region does not decide."""
    chosen = [known[name] for name, choice in readings.items() if choice != known[name].chosen]
    return [one for one in chosen if one.level != level_of(region)]


def disagreements(quota: Policy, season: Policy) -> list[str]:
    """Where a season goes by something else than its quota. What the quota left unset the season may have set."""
    if quota.id != season.id:
        return [f"名额按政策 {quota.id} 核定，认定季用的是 {season.id}"]
    if quota.recognition is None or season.recognition is None:
        raise LookupError(f"policy {quota.id} has no recognition rules")
    day = season.since
    taken = {one.interpretation.id: one for one in open_points(season, season.recognition, day)}
    told = []
    for one in open_points(quota, quota.recognition, day):
        own = taken.get(one.interpretation.id)
        if own is None or own.interpretation.chosen != one.interpretation.chosen:
            reading = own.reading if own is not None else "政策里还没有的读法"
            told.append(f"{one.interpretation.question}核定名额时采用“{one.reading}”，认定季采用“{reading}”")
    here = season.recognition.parameters
    return told + [
        f"“{one.title}”与核定名额时不同"
        for name, one in quota.recognition.parameters.items()
        if one.values and (name not in here or numbers(here[name]) != numbers(one))
    ]


def numbers(parameter: Parameter) -> list[object]:
    """A parameter's values, whatever document set them."""
    return [(dated.since, dated.value) for dated in parameter.values]
