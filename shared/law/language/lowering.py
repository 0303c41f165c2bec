"""Lowers sqlglot's tree to `nodes`: the whitelist of constructs, and the kinds that may be compared.

Each method takes one sqlglot node and returns one `nodes.Node`, or raises a `PolicyError` that says what would be
right.
"""

from collections.abc import Mapping

from sqlglot import exp

from shared.law.language.errors import Place, PolicyError
from shared.law.language.facts import KIND_LABELS, Fact, FactKind
from shared.law.language.nodes import (
    MIRRORED,
    YEARS_AGO,
    And,
    Compare,
    Flag,
    IsUnknown,
    Node,
    Operand,
    Operator,
    Or,
    ParameterRef,
    YearsAgo,
    negate,
)
from shared.law.language.units import EXPECTED_FORMAT, MAX_YEARS, Unit, parse_value, suggestion
from shared.law.language.vocabulary import BUILT_IN_PARAMETERS, VOCABULARY, PolicyPart

_OPERATORS: dict[type, Operator] = {
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.EQ: "=",
    exp.NEQ: "<>",
}
_UNITS = {
    FactKind.MONEY: Unit.YUAN,
    FactKind.COUNT: Unit.COUNT,
    FactKind.PERCENT: Unit.PERCENT,
    FactKind.DATE: Unit.DATE,
}
_REFUSED: tuple[tuple[tuple[type, ...], str], ...] = (
    ((exp.Div,), "除法"),
    ((exp.Add, exp.Sub, exp.Mul, exp.Mod, exp.Neg), "算术"),
    ((exp.DPipe, exp.Concat), "拼接"),
    ((exp.Subquery, exp.Select), "子查询"),
    ((exp.Case,), "case"),
    ((exp.Like, exp.RegexpLike), "模糊匹配"),
    ((exp.Cast,), "类型转换"),
    ((exp.Func,), "函数"),
)
_ALLOWED = "只能用比较、between、in、is null、and、or、not 和“事实 at least N years ago”，要算的数请写成参数"


class Lowering:
    """Turns one expression's sqlglot tree into a `Node`."""

    def __init__(self, units: Mapping[str, Unit], place: Place, part: PolicyPart) -> None:
        self._units = {**units, **BUILT_IN_PARAMETERS}
        self._place = place
        self._part, self._facts = part, VOCABULARY[part]

    def node(self, tree: exp.Expr) -> Node:
        """The node of a boolean expression."""
        match tree:
            case exp.Paren():
                return self.node(tree.this)
            case exp.And():
                return And((self.node(tree.left), self.node(tree.right)))
            case exp.Or():
                return Or((self.node(tree.left), self.node(tree.right)))
            case exp.Not():
                return negate(self.node(tree.this))
            case exp.Column():
                return self._flag(tree)
            case _:
                return self._leaf(tree)

    def _leaf(self, tree: exp.Expr) -> Node:
        match tree:
            case exp.Between() if not tree.args.get("symmetric"):
                return self._between(tree)
            case exp.In() if tree.expressions:
                parts = tuple(self._compare(tree.this, "=", option) for option in tree.expressions)
                return Or(parts)
            case exp.Is() if isinstance(tree.expression, exp.Null):
                return IsUnknown(self._fact(tree.this).name)
            case exp.Anonymous() if tree.name == YEARS_AGO:
                return self._years_ago(*tree.expressions)
        operator = _OPERATORS.get(type(tree))
        if operator is None or not isinstance(tree, exp.Binary):
            raise self._refusal(tree)
        if isinstance(tree.right, exp.Column) and not isinstance(tree.left, exp.Column):
            return self._compare(tree.right, MIRRORED[operator], tree.left)
        return self._compare(tree.left, operator, tree.right)

    def _flag(self, tree: exp.Expr) -> Flag:
        fact = self._fact(tree)
        if fact.kind is not FactKind.FLAG:
            raise self._error(
                f"“{fact.name}”（{fact.label}）是{KIND_LABELS[fact.kind]}，要与一个值比较；例如 {_example(fact)}"
            )
        return Flag(fact.name)

    def _between(self, tree: exp.Between) -> Node:
        low = self._compare(tree.this, ">=", tree.args["low"])
        return And((low, self._compare(tree.this, "<=", tree.args["high"])))

    def _years_ago(self, subject: exp.Expr, years: exp.Expr) -> YearsAgo:
        fact = self._fact(subject)
        if fact.kind is not FactKind.DATE:
            raise self._error(f"“{fact.name}”（{fact.label}）不是日期，不能写 at least N years ago")
        if isinstance(years, exp.Placeholder):
            return YearsAgo(fact.name, self._parameter(years, Unit.YEARS))
        number = int(years.name)
        if number > MAX_YEARS:
            raise self._error(f"年数 {number} 太大；应是{EXPECTED_FORMAT[Unit.YEARS]}")
        return YearsAgo(fact.name, number)

    def _compare(self, subject: exp.Expr, operator: Operator, value: exp.Expr) -> Compare:
        fact = self._fact(subject)
        if fact.kind is FactKind.FLAG:
            raise self._error(f"“{fact.name}”只有是与否；请直接写 {fact.name} 或 not {fact.name}")
        if fact.kind in (FactKind.CHOICE, FactKind.TEXT) and operator not in ("=", "<>"):
            raise self._error(f"“{fact.name}”（{fact.label}）不分大小，只能用 =、<> 或 in")
        return Compare(fact.name, operator, self._operand(fact, value))

    def _operand(self, fact: Fact, value: exp.Expr) -> Operand:
        unit = _UNITS.get(fact.kind)
        match value:
            case exp.Placeholder():
                return self._parameter(value, unit)
            case exp.Literal() if unit is None or (value.is_string is (unit is Unit.DATE)):
                return self._literal(fact, unit, value.name)
            case exp.Null():
                raise self._error(f"不能与 null 比较；请写 {fact.name} is null")
            case exp.Column() | exp.Literal() | exp.Boolean():
                raise self._error(f"“{fact.name}”（{fact.label}）不能与“{value.sql()}”比较；例如 {_example(fact)}")
        raise self._refusal(value)

    def _literal(self, fact: Fact, unit: Unit | None, text: str) -> Operand:
        if unit is not None:
            number = parse_value(text, unit)
            if number is None:
                raise self._error(f"“{fact.name}”不能与“{text}”比较；应是{EXPECTED_FORMAT[unit]}")
            return number
        if fact.choices and text not in fact.choices:
            raise self._error(f"“{fact.name}”（{fact.label}）没有“{text}”这个值{suggestion(text, fact.choices)}")
        return text

    def _parameter(self, tree: exp.Placeholder, unit: Unit | None) -> ParameterRef:
        name = tree.name
        if name not in self._units:
            raise self._error(f"没有名为“:{name}”的参数{suggestion(name, self._units)}")
        if self._units[name] is not unit:
            raise self._error(f"参数“:{name}”的单位是 {self._units[name]}，这里要的是 {unit or '文字'}")
        return ParameterRef(name)

    def _fact(self, tree: exp.Expr) -> Fact:
        if not isinstance(tree, exp.Column):
            if isinstance(tree, exp.Literal | exp.Placeholder | exp.Boolean | exp.Null):
                raise self._error(f"比较的一边须是事实的名字，“{tree.sql()}”不是；例如 tax_paid > 10000")
            raise self._refusal(tree)
        name = tree.sql()
        if name not in self._facts:
            raise self._error(self._unknown_fact(name))
        return self._facts[name]

    def _unknown_fact(self, name: str) -> str:
        """What is wrong with a name; in what clerks enter (measures, scoring sheets), with every fact there is."""
        if self._part not in (PolicyPart.MEASURES, PolicyPart.SCORING):
            return f"没有名为“{name}”的事实{suggestion(name, self._facts)}"
        listed = "、".join(f"{fact.name}（{fact.label}，{fact.bureau}）" for fact in self._facts.values())
        if self._part is PolicyPart.SCORING:
            return f"没有名为“{name}”的事实；能用的有：{listed}。数据里没有的，请写成分档指标，由经办人员查明"
        return f"没有哪个部门送来“{name}”；能用的事实有：{listed}。数据证明不了的条件写在 conditions 里，由部门核实"

    def _refusal(self, tree: exp.Expr) -> PolicyError:
        if isinstance(tree, exp.In):
            return self._error(f"in 后面须是括号里的值，不能是子查询；{_ALLOWED}")
        named = next((word for kinds, word in _REFUSED if isinstance(tree, kinds)), None)
        if named is None:
            return self._error(f"看不懂“{tree.sql()}”；{_ALLOWED}")
        return self._error(f"表达式里不能用{named}（“{tree.sql()}”）；{_ALLOWED}")

    def _error(self, message: str) -> PolicyError:
        return PolicyError(message, self._place)


def _example(fact: Fact) -> str:
    values = {FactKind.MONEY: "10000", FactKind.COUNT: "5", FactKind.DATE: "'2025-01-01'"}
    if fact.kind in values:
        return f"{fact.name} >= {values[fact.kind]}"
    return f"{fact.name} = '{next(iter(fact.choices), '某值')}'"
