"""Reads the paths to recognition: which steps, in which order, by which level, when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.law.language.errors import PolicyError
from shared.law.language.units import Unit
from shared.law.model.recognition import Level, NoticeReading, PathStep, RecognitionPath, StepKind
from shared.law.reader.citations import CitationReader
from shared.law.reader.clauses import ClauseReader
from shared.law.reader.fields import Fields
from shared.law.reader.parameters import ParameterReferences
from shared.law.reader.yaml_tree import YamlItem

PATHS = ("application", "recommendation")
_STEP_FIELDS = ("step", "by", "from", "until", "days", "supplement", "interpretation", "verified", "citation")


def read_levels(fields: Fields, key: str) -> tuple[Level, ...]:
    """A list of levels that must not be empty."""
    words, options = fields.texts(key), [level.value for level in Level]
    if not words or not set(words) <= set(options):
        raise PolicyError(f"{fields.what}的“{key}”应是一列，取自 {'、'.join(options)}", fields.item(key).place)
    return tuple(Level(word) for word in words)


def read_paths(
    fields: Fields,
    recognised_by: Sequence[Level],
    references: ParameterReferences,
    clauses: ClauseReader,
    citations: CitationReader,
) -> Mapping[str, RecognitionPath]:
    """The paths by name; only levels in `recognised_by` decide in them."""
    fields.only(PATHS)
    reader = _PathReader(references, clauses, citations)
    return {name: reader.path(name, item, recognised_by) for name, item in fields.each()}


@dataclass(frozen=True)
class _PathReader:
    """Reads one path after another."""

    references: ParameterReferences
    clauses: ClauseReader
    citations: CitationReader

    def path(self, name: str, item: YamlItem, recognised_by: Sequence[Level]) -> RecognitionPath:
        """A path with the steps that it has under the readings in force."""
        fields = Fields(item, f"认定途径“{name}”", ("steps", "citation"))
        written = [Fields(part, f"途径“{name}”的一步", _STEP_FIELDS) for part in fields.list("steps")]
        every = [self.step(name, part) for part in written]
        _check_order(name, [step.kind for step in every], fields)
        _check_deciders(name, every, recognised_by, fields)
        kept = tuple(step for part, step in zip(written, every, strict=True) if self.is_kept(part, step.kind))
        readings = tuple(
            (part.text("interpretation"), step.citation)
            for part, step in zip(written, every, strict=True)
            if "interpretation" in part
        )
        return RecognitionPath(name, kept, self.citations.read(fields), readings)

    def step(self, path: str, fields: Fields) -> PathStep:
        """One step, as it is written."""
        kind = StepKind(fields.one_of("step", list(StepKind)))
        fields.what = f"途径“{path}”的“{kind}”一步"
        return PathStep(
            kind=kind,
            by=read_levels(fields, "by"),
            citation=self.citations.read(fields),
            opens=self.references.or_none(fields, "from", Unit.MONTH_DAY),
            until=self.references.or_none(fields, "until", Unit.MONTH_DAY),
            days=self.references.or_none(fields, "days", Unit.WORKING_DAYS),
            supplement=self.references.or_none(fields, "supplement", Unit.WORKING_DAYS),
            verified=fields.verified(),
        )

    def is_kept(self, fields: Fields, kind: StepKind) -> bool:
        """Whether the path has the step: always, unless an interpretation decides on it, as it may on a notice."""
        if "interpretation" not in fields:
            return True
        if kind is not StepKind.PUBLIC_NOTICE:
            place = fields.item("interpretation").place
            raise PolicyError(f"{fields.what}不能由解释决定有没有；只有 public-notice（公示）可以", place)
        return self.clauses.choice(fields, "interpretation", NoticeReading) is NoticeReading.WITH_NOTICE


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
