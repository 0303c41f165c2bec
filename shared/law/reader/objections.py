"""Reads the block `objections`: periods, and for each kind of decision who files, receives, explains and decides.

A field is written as a word or a list of words; where the text leaves it open, it names an interpretation whose
readings are the words. A policy stored before a field existed reads as if the field had its default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from shared.law.language.errors import PolicyError
from shared.law.language.units import Unit, suggestion
from shared.law.model.clauses import Parameter
from shared.law.model.objections import (
    FilingStart,
    ObjectionKind,
    ObjectionLevel,
    ObjectionPeriod,
    ObjectionRule,
    Objections,
    Objector,
)
from shared.law.reader.citations import CitationReader
from shared.law.reader.clauses import InterpretationIndex
from shared.law.reader.fields import Fields
from shared.law.reader.parameters import ParameterReferences

_PERIODS = tuple(period.value for period in ObjectionPeriod)
_OPEN_FIELDS = ("filed_by", "received_by", "explained_by", "decided_by", "counted_from")
_RULE_FIELDS = (*_OPEN_FIELDS, *_PERIODS, "unverified", "citation")


class Deciders(StrEnum):
    """The readings of who decides, where the text does not say."""

    SAME_LEVEL = "same-level"
    SUPERIOR = "superior"
    EITHER = "either"

    @property
    def levels(self) -> tuple[ObjectionLevel, ...]:
        """The levels of a reading."""
        both = (ObjectionLevel.SAME_LEVEL, ObjectionLevel.SUPERIOR)
        return both if self is Deciders.EITHER else (ObjectionLevel(self.value),)


def read_objections(
    fields: Fields, parameters: Mapping[str, Parameter], index: InterpretationIndex, citations: CitationReader
) -> Objections:
    """The block `objections`. Errors: PolicyError."""
    fields.only(("parameters", "periods", "against"))
    common = fields.fields("periods", "各种异议共同的期限 periods", _PERIODS) if "periods" in fields else None
    rules: dict[str, ObjectionRule] = {}
    for name, item in fields.fields("against", "对什么提出异议 against", list(ObjectionKind)).each():
        kind = ObjectionKind(name)
        block = Fields(item, f"对“{name}”（{kind.label}）的异议", _RULE_FIELDS)
        rules[kind] = _RuleReader(block, parameters, common, index).rule(kind, citations)
    return Objections(parameters, rules, fields.place)


Word = TypeVar("Word", bound=StrEnum)


@dataclass
class _RuleReader:
    """Reads the rule of one kind; `common` are the periods of all kinds."""

    fields: Fields
    parameters: Mapping[str, Parameter]
    common: Fields | None
    index: InterpretationIndex
    interpretations: list[str] = field(default_factory=list)

    def rule(self, kind: ObjectionKind, citations: CitationReader) -> ObjectionRule:
        """The whole rule."""
        start = self._word("counted_from", FilingStart)
        return ObjectionRule(
            against=kind,
            filed_by=self._word("filed_by", Objector) or Objector.OPERATOR,
            received_by=self._levels("received_by"),
            explained_by=self._levels("explained_by") if "explained_by" in self.fields else (),
            decided_by=self._deciders(),
            counted_from=start,
            periods=self._periods(start),
            interpretations=tuple(self.interpretations),
            unverified=self._unverified(),
            citation=citations.read(self.fields),
            place=self.fields.place,
        )

    def _levels(self, key: str) -> tuple[ObjectionLevel, ...]:
        """A list of levels, not empty, none twice."""
        words = self.fields.texts(key)
        place = self.fields.item(key).place
        for word in words:
            if word not in list(ObjectionLevel):
                known = "、".join(f"{level} {level.label}" for level in ObjectionLevel)
                raise PolicyError(f"{self.fields.what}的“{key}”里没有“{word}”这一级；可用的有：{known}", place)
        if not words or len(set(words)) != len(words):
            raise PolicyError(f"{self.fields.what}的“{key}”应是一列各不相同的级别，至少一个", place)
        return tuple(ObjectionLevel(word) for word in words)

    def _deciders(self) -> tuple[ObjectionLevel, ...]:
        """The levels that decide: a list, or the interpretation that says who."""
        if isinstance(self.fields.item("decided_by").value, list):
            return self._levels("decided_by")
        return self._choice("decided_by", Deciders).levels

    def _word(self, key: str, words: type[Word]) -> Word | None:
        """One of the words, or what the interpretation named there chose; None when it is not written."""
        if key not in self.fields:
            return None
        text = self.fields.text(key)
        return words(text) if text in list(words) else self._choice(key, words)

    def _choice(self, key: str, words: type[Word]) -> Word:
        name, place = self.fields.text(key), self.fields.item(key).place
        if name not in self.index.interpretations:
            options = [*words, *self.index.interpretations]
            what = f"{self.fields.what}的“{key}”不能是“{name}”：应是 {'、'.join(words)} 之一，或一条解释的 id"
            raise PolicyError(f"{what}{suggestion(name, options)}", place)
        self.interpretations.append(name)
        units = {parameter.name: parameter.unit for parameter in self.parameters.values()}
        return self.index.choice(self.fields, key, words, units)

    def _periods(self, start: FilingStart | None) -> dict[ObjectionPeriod, Parameter]:
        """The periods: those of all kinds, unless this kind has its own."""
        periods = {}
        for period in ObjectionPeriod:
            owner = self.fields if period in self.fields else self.common
            if owner is not None and period in owner:
                periods[period] = self._parameter(owner, period)
        if start is FilingStart.DURING_NOTICE:
            # the notice's own days are the window
            self._refuse_window()
            periods.pop(ObjectionPeriod.FILE, None)
        elif ObjectionPeriod.FILE in periods and start is None:
            raise PolicyError(
                f"{self.fields.what}有提出的期限 file_days，要用 counted_from 写明从哪天起算", self.fields.place
            )
        return periods

    def _refuse_window(self) -> None:
        if ObjectionPeriod.FILE in self.fields:
            place = self.fields.item(ObjectionPeriod.FILE).place
            raise PolicyError(f"{self.fields.what}在公示期内提出，期限就是公示期，不写 file_days", place)

    def _parameter(self, owner: Fields, period: ObjectionPeriod) -> Parameter:
        """The parameter that a period refers to: working days or days."""
        named = self.parameters.get(owner.text(period))
        unit = named.unit if named is not None and named.unit is Unit.DAYS else Unit.WORKING_DAYS
        return self.parameters[ParameterReferences(self.parameters).of(owner, period, unit)]

    def _unverified(self) -> frozenset[str]:
        """The fields that no text gives."""
        names = self.fields.texts("unverified")
        for name in names:
            if name not in _OPEN_FIELDS:
                raise PolicyError(
                    f"{self.fields.what}的“unverified”里没有“{name}”这一项{suggestion(name, _OPEN_FIELDS)}",
                    self.fields.item("unverified").place,
                )
        return frozenset(names)
