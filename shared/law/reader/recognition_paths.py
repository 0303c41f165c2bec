"""Reads the paths to recognition: which steps, in which order, by which level, when."""

from collections.abc import Mapping, Sequence

from shared.law.language.errors import PolicyError
from shared.law.language.units import Unit
from shared.law.model.recognition import Level, PathStep, RecognitionPath, StepKind
from shared.law.reader.citations import CitationReader
from shared.law.reader.fields import Fields
from shared.law.reader.parameters import ParameterReferences
from shared.law.reader.yaml_tree import YamlItem

PATHS = ("application", "recommendation")
_STEP_FIELDS = ("step", "by", "from", "until", "days", "citation")


def read_levels(fields: Fields, key: str) -> tuple[Level, ...]:
    """A list of levels that must not be empty."""
    words, options = fields.texts(key), [level.value for level in Level]
    if not words or not set(words) <= set(options):
        raise PolicyError(f"{fields.what}的“{key}”应是一列，取自 {'、'.join(options)}", fields.item(key).place)
    return tuple(Level(word) for word in words)


def read_paths(
    fields: Fields, recognised_by: Sequence[Level], references: ParameterReferences, citations: CitationReader
) -> Mapping[str, RecognitionPath]:
    """The paths by name; only levels in `recognised_by` decide in them."""
    fields.only(PATHS)
    return {name: _path(name, item, recognised_by, references, citations) for name, item in fields.each()}


def _path(
    name: str,
    item: YamlItem,
    recognised_by: Sequence[Level],
    references: ParameterReferences,
    citations: CitationReader,
) -> RecognitionPath:
    fields = Fields(item, f"认定途径“{name}”", ("steps", "citation"))
    steps = tuple(_step(name, part, references, citations) for part in fields.list("steps"))
    _check_order(name, [step.kind for step in steps], fields)
    _check_deciders(name, steps, recognised_by, fields)
    return RecognitionPath(name, steps, citations.read(fields))


def _step(path: str, item: YamlItem, references: ParameterReferences, citations: CitationReader) -> PathStep:
    fields = Fields(item, f"途径“{path}”的一步", _STEP_FIELDS)
    kind = StepKind(fields.one_of("step", list(StepKind)))
    fields.what = f"途径“{path}”的“{kind}”一步"
    days = Unit.WORKING_DAYS
    return PathStep(
        kind=kind,
        by=read_levels(fields, "by"),
        citation=citations.read(fields),
        opens=references.or_none(fields, "from", Unit.MONTH_DAY),
        until=references.or_none(fields, "until", Unit.MONTH_DAY),
        days=references.or_none(fields, "days", days),
    )


def _check_order(path: str, kinds: Sequence[StepKind], fields: Fields) -> None:
    """PolicyError unless the path begins with the household's own application or consent, has one decision, and no step
    twice.
    """
    place = fields.item("steps").place if "steps" in fields else fields.place
    begin = {"application": [StepKind.APPLICATION], "recommendation": [StepKind.CONSENT, StepKind.RECOMMENDATION]}[path]
    if list(kinds[: len(begin)]) != begin:
        raise PolicyError(f"途径“{path}”应从 {'、'.join(begin)} 开始", place)
    if len(set(kinds)) != len(kinds):
        raise PolicyError(f"途径“{path}”里有一步写了两次", place)
    if StepKind.DECISION not in kinds:
        raise PolicyError(f"途径“{path}”没有 decision（认定）这一步", place)
    late = set(kinds[kinds.index(StepKind.DECISION) + 1 :]) - {StepKind.REPORT}
    if late:
        raise PolicyError(f"途径“{path}”的 {'、'.join(sorted(late))} 应在 decision（认定）之前", place)


def _check_deciders(path: str, steps: Sequence[PathStep], recognised_by: Sequence[Level], fields: Fields) -> None:
    """PolicyError unless the levels that decide are among those that may recognise."""
    deciders = {level for step in steps if step.kind is StepKind.DECISION for level in step.by}
    strangers = "、".join(sorted(deciders - set(recognised_by)))
    if strangers:
        place = fields.item("steps").place
        raise PolicyError(
            f"途径“{path}”的 decision（认定）由 {strangers} 办理，不在 recognised_by（由谁认定）里", place
        )
