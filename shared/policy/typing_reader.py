"""Reads the typing rules: defects, the order of the types, and each type's requirements and conditions."""

import re
from collections.abc import Mapping

from shared.policy.citing import CitationReader
from shared.policy.errors import Place, PolicyError
from shared.policy.expressions import Expression, read_expression
from shared.policy.fields import Fields, unique
from shared.policy.model import Clause, Interpretation, Role, TypeRule
from shared.policy.outcome import HouseholdType
from shared.policy.units import Unit, nearest
from shared.policy.wording import placeholders
from shared.policy.yaml_tree import Item

TYPES = (HouseholdType.SURVIVAL, HouseholdType.GROWTH, HouseholdType.DEVELOPMENT)
_CLAUSE = ("id", "title", "expression", "interpretation", "citation", "restore")


class TypingReader:
    """Reads one policy's `typing` section."""

    def __init__(
        self,
        fields: Fields,
        units: Mapping[str, Unit],
        interpretations: Mapping[str, Interpretation],
        citations: CitationReader,
    ) -> None:
        self._fields = fields
        self._units = units
        self._interpretations = interpretations
        self._citations = citations
        self._governed: dict[str, set[str]] = {name: set() for name in interpretations}

    def eligibility(self) -> tuple[Clause, ...]:
        """The defects (基础标准 turned round: what makes a household ineligible)."""
        return self._clauses(self._fields, "eligibility", r"base\.[a-z][a-z-]*", Role.DEFECT, HouseholdType.INELIGIBLE)

    def types(self) -> tuple[TypeRule, ...]:
        """The types in testing order."""
        types = self._fields.fields("types", "各型规则 types", [kind.slug for kind in TYPES])
        order = self._order([name for name, _ in types.each()])
        rules = tuple(self._rule(name, types.item(name)) for name in order)
        self._check_order(rules)
        self._check_readings()
        return rules

    def _order(self, named: list[str]) -> tuple[str, ...]:
        order, item = self._fields.texts("order"), self._fields.item("order")
        if sorted(order) != sorted(named):
            raise PolicyError(
                f"判定顺序 order 写的是 {'、'.join(order)}，规则 types 写的是 {'、'.join(named)}；两者应一致",
                item.place,
            )
        return order

    def _check_order(self, rules: tuple[TypeRule, ...]) -> None:
        place = self._fields.item("order").place
        kinds = [rule.type for rule in rules]
        both = {HouseholdType.DEVELOPMENT, HouseholdType.GROWTH} <= set(kinds)
        if both and kinds.index(HouseholdType.GROWTH) < kinds.index(HouseholdType.DEVELOPMENT):
            raise PolicyError("判定顺序不对：发展型（development）须在成长型（growth）之前判定", place)
        residual = next((rule for rule in rules[:-1] if rule.residual), None)
        if residual is not None:
            raise PolicyError(f"判定顺序不对：兜底的{residual.type.label}须排在最后，否则后面的型永远轮不到", place)

    def _rule(self, name: str, item: Item) -> TypeRule:
        kind = HouseholdType.from_slug(name)
        fields = Fields(item, f"{kind.label}（{name}）", ("requires", "any", "residual", "citation"))
        residual = fields.yes("residual")
        rule = TypeRule(
            type=kind,
            requires=self._clauses(fields, "requires", rf"{name}\.requires\.[1-9]\d?", Role.REQUIREMENT, kind),
            any=self._clauses(fields, "any", rf"{name}\.[1-9]\d?", Role.CONDITION, kind),
            residual=residual,
            citation=self._citations.read(fields),
        )
        if residual is bool(rule.any):
            raise PolicyError(
                f"{kind.label}要么写条件 any，要么写 residual: true（其余都算），二者必居其一", item.place
            )
        return rule

    def _clauses(self, fields: Fields, key: str, pattern: str, role: Role, kind: HouseholdType) -> tuple[Clause, ...]:
        every = [Fields(item, f"{fields.what}的一条规则", _CLAUSE) for item in fields.list(key)]
        apart = unique(every, lambda one: one.text("id"), lambda one: one.place, "规则")
        return tuple(self._clause(one, pattern, role, kind) for one in apart)

    def _clause(self, fields: Fields, pattern: str, role: Role, kind: HouseholdType) -> Clause:
        name = fields.text("id")
        if not re.fullmatch(pattern, name):
            example = {Role.DEFECT: "base.abnormal"}.get(role, pattern.replace("\\", "").split("[")[0] + "1")
            raise PolicyError(f"规则的 id“{name}”不对；这里应像 {example}", fields.item("id").place)
        fields.what = f"规则“{name}”"
        return Clause(
            id=name,
            role=role,
            type=kind,
            title=self._title(fields),
            expression=self._expression(name, fields),
            citation=self._citations.read(fields),
            interpretation=fields.text_or_none("interpretation"),
            restore=fields.text_or_none("restore"),
        )

    def _title(self, fields: Fields) -> str:
        title = fields.text("title")
        self._check_title(title, fields.what, fields.item("title").place)
        return title

    def _check_title(self, title: str, what: str, place: Place) -> None:
        for name in placeholders(title):
            if name not in self._units:
                raise PolicyError(f"{what}的 title 里没有名为“{name}”的参数{nearest(name, self._units)}", place)

    def _expression(self, clause: str, fields: Fields) -> Expression:
        name = fields.text_or_none("interpretation")
        if (name is None) is ("expression" not in fields):
            raise PolicyError(f"{fields.what}应写 expression 或 interpretation 其中一项", fields.place)
        if name is None:
            return read_expression(fields.text("expression"), self._units, fields.item("expression").place)
        place = fields.item("interpretation").place
        if name not in self._interpretations:
            raise PolicyError(f"没有名为“{name}”的解释{nearest(name, self._interpretations)}", place)
        self._governed[name].add(clause)
        return self._read(self._interpretations[name], clause, place)

    def _read(self, interpretation: Interpretation, clause: str, place: Place) -> Expression:
        """The clause under the chosen reading; the other readings are read too, so that all are right."""
        expressions = {}
        for reading in interpretation.readings.values():
            if clause not in reading.expressions:
                raise PolicyError(f"解释“{interpretation.id}”的读法“{reading.id}”没有写规则“{clause}”的表达式", place)
            where = reading.places.get(clause, place)
            self._check_title(reading.title, f"读法“{reading.id}”", where)
            expressions[reading.id] = read_expression(reading.expressions[clause], self._units, where)
        return expressions[interpretation.chosen]

    def _check_readings(self) -> None:
        for interpretation in self._interpretations.values():
            for reading in interpretation.readings.values():
                for clause in reading.expressions:
                    if clause not in self._governed[interpretation.id]:
                        raise PolicyError(
                            f"解释“{interpretation.id}”写了规则“{clause}”，但该规则没有写 "
                            f"interpretation: {interpretation.id}",
                            reading.places[clause],
                        )
