"""Reads the typing rules: defects, the order of the types, and each type's requirements and conditions."""

from shared.policy.citing import CitationReader
from shared.policy.clause_reader import ClauseReader
from shared.policy.errors import PolicyError
from shared.policy.fields import Fields
from shared.policy.model import Clause, Role, TypeRule
from shared.policy.outcome import HouseholdType
from shared.policy.yaml_tree import Item

TYPES = (HouseholdType.SURVIVAL, HouseholdType.GROWTH, HouseholdType.DEVELOPMENT)


class TypingReader:
    """Reads one policy's `typing` section."""

    def __init__(self, fields: Fields, clauses: ClauseReader, citations: CitationReader) -> None:
        self._fields = fields
        self._reader = clauses
        self._citations = citations

    def eligibility(self) -> tuple[Clause, ...]:
        """The defects (基础标准 turned round: what makes a household ineligible)."""
        rules = self._reader.rules(self._fields, "eligibility", r"base\.[a-z][a-z-]*", "base.abnormal")
        return tuple(Clause.of(rule, Role.DEFECT, HouseholdType.INELIGIBLE) for rule in rules)

    def types(self) -> tuple[TypeRule, ...]:
        """The types in testing order."""
        types = self._fields.fields("types", "各型规则 types", [kind.slug for kind in TYPES])
        order = self._order([name for name, _ in types.each()])
        rules = tuple(self._rule(name, types.item(name)) for name in order)
        self._check_order(rules)
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
        requires = self._reader.rules(fields, "requires", rf"{name}\.requires\.[1-9]\d?", f"{name}.requires.1")
        conditions = self._reader.rules(fields, "any", rf"{name}\.[1-9]\d?", f"{name}.1")
        rule = TypeRule(
            type=kind,
            requires=tuple(Clause.of(one, Role.REQUIREMENT, kind) for one in requires),
            any=tuple(Clause.of(one, Role.CONDITION, kind) for one in conditions),
            residual=residual,
            citation=self._citations.read(fields),
        )
        if residual is bool(rule.any):
            raise PolicyError(
                f"{kind.label}要么写条件 any，要么写 residual: true（其余都算），二者必居其一", item.place
            )
        return rule
