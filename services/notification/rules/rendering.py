"""Words from templates: a sandboxed Jinja2 without functions, of which only harmless parts are let in.

The sandbox keeps templates away from Python, but is no limit on time or size. The limits are here: only the parts in
`ALLOWED` may be used, so there is no arithmetic, no call, no assignment and no inclusion; one loop at a time, over a
declared list, which is cut; texts and results are not longer than they may be. What is left takes a time that grows
with the template's length alone.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.environment import TemplateExpression
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.notification.rules.labels import FILTERS
from shared.law.language.units import suggestion

LONGEST_TEMPLATE = 4000
"""Characters of a template or a condition"""
LONGEST_VALUE = 2000
"""Characters of one fact"""
MOST_ITEMS = 50
"""Items of a list that are shown"""
MOST_REMEMBERED = 200
"""Results of a template that are kept"""
MOST_IN_A_LOOP = 20
"""Facts that a loop writes for each item: with the limits above, what is made before it is cut stays small"""
LONGEST_PARAMETER = 35
"""Characters of a parameter of an SMS: what gateways take"""
LONGEST_SMS = 500
"""Characters of an SMS: what gateways register"""
PARAMETER = re.compile(r"\{\{(.+?)\}\}")
ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.List,
    nodes.Tuple,
    nodes.Filter,
    nodes.Test,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.CondExpr,
    nodes.If,
    nodes.For,
    nodes.Getattr,
)
TESTS = ("none",)
TOO_DEEP = (RecursionError, SyntaxError, MemoryError)
"""What parts that are nested too deeply end with, in Jinja's parser or in Python's"""


class WordsError(ValueError):
    """What is wrong with a template, or with the facts that it was given, in one Chinese sentence."""


def given(said: object) -> object:
    """What is written of a value: what is not known is never shown as `None`."""
    if said is None:
        raise WordsError("要写的内容是空的；可能为空的，要先用 {% if … %} 判断")
    return said


def cut(said: str, longest: int) -> str:
    """The text, with … in the place of what would be too long."""
    return said if len(said) <= longest else f"{said[: longest - 1]}…"


def named(label: Callable[[Any], str]) -> Callable[[Any], str]:
    """A filter for values that are known."""
    return lambda said: label(given(said))


def sandbox() -> ImmutableSandboxedEnvironment:
    """The environment of all templates: the filters of `labels`, a few tests, and no function."""
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined, finalize=given, trim_blocks=True)
    tests = {name: made.tests[name] for name in TESTS}
    for table in (made.globals, made.filters, made.tests):
        table.clear()
    made.tests.update(tests)
    made.filters.update({name: named(label) for name, label in FILTERS.items()})
    return made


ENVIRONMENT = sandbox()


T = TypeVar("T")


class Lately(Generic[T]):
    """What was made lately of the same facts: in a published run's millions a title or a condition has few of them."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = tuple(sorted(names))
        self._made: dict[tuple[object, ...], T] = {}

    def get(self, facts: Mapping[str, object], make: Callable[[Mapping[str, object]], T]) -> T:
        """What was made of facts with these values, or is now."""
        try:
            key = tuple([facts[name] for name in self.names])
        except KeyError:
            return make(facts)
        return self.of(key, lambda: make(facts))

    def of(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """The same, of the values in the names' order; lists and mappings are no key."""
        try:
            made = self._made.get(key)
        except TypeError:
            return make()
        if made is None:
            if len(self._made) >= MOST_REMEMBERED:
                self._made.clear()
            made = self._made[key] = make()
        return made


class Piece:
    """A part of a template that is written from some facts: few have more than a name that is each household's own."""

    def __init__(self, node: nodes.Node) -> None:
        expression = isinstance(node, nodes.Expr)
        self.only = node.name if isinstance(node, nodes.Name) else None
        body = nodes.Output([node], lineno=node.lineno) if expression else node
        tree = nodes.Template([body], lineno=node.lineno)
        tree.set_environment(ENVIRONMENT)
        self._template = ENVIRONMENT.from_string(tree)
        self.names = frozenset(name.name for name in tree.find_all(nodes.Name))
        self._lately = Lately[str](self.names)

    def render(self, facts: Mapping[str, object]) -> str:
        """Its words."""
        if self.only is not None and self.only in facts:
            return str(given(facts[self.only]))
        return self._lately.get(facts, self._template.render)


def pieces_of(tree: nodes.Template) -> Iterator[str | Piece]:
    """A template as the texts that are always the same, and the parts between them."""
    for node in tree.body:
        for part in node.nodes if isinstance(node, nodes.Output) else [node]:
            yield part.data if isinstance(part, nodes.TemplateData) else Piece(part)


class Words:
    """A template that was checked and compiled. `names`: the facts that it uses; `longest`: characters of the result.

    Most of it is the same for all facts that differ only in what is written as it is, a name or a code: that is put
    together once, and what is each household's own is filled in.

    `lists`: the declared facts that may be looped over. WordsError for what is not allowed, for facts that are not
    declared, and for a template that is too long.
    """

    def __init__(self, source: str, *, declared: Collection[str], lists: Collection[str] = (), longest: int) -> None:
        check_length(source)
        try:
            tree = ENVIRONMENT.parse(source)
            self.names = used_names(tree, declared, lists)
            self._pieces = list(pieces_of(tree))
            worded = [one for one in self._pieces if isinstance(one, Piece) and one.only is None]
            self._lately = Lately[Sequence[str | Piece]](frozenset[str]().union(*[one.names for one in worded]))
        except (TemplateError, *TOO_DEEP) as error:
            raise WordsError(f"模板写法有误：{error}") from error
        self.source, self.longest = source, longest

    def render(self, facts: Mapping[str, object]) -> str:
        """The words, cut where they would be too long; WordsError where something that is needed is empty."""
        try:
            parts = self._lately.get(facts, self._worded)
            said = "".join([one if isinstance(one, str) else one.render(facts) for one in parts])
        except WordsError:
            raise
        except (TemplateError, TypeError, ValueError, AttributeError) as error:
            raise WordsError(f"生成文字时出错：{error}") from error
        return cut(said.strip(), self.longest)

    def _worded(self, facts: Mapping[str, object]) -> Sequence[str | Piece]:
        """Everything but what is written as it is."""
        parts: list[str | Piece] = []
        for one in self._pieces:
            if isinstance(one, Piece) and one.only is not None:
                parts.append(one)
                continue
            said = one if isinstance(one, str) else one.render(facts)
            if parts and isinstance(parts[-1], str):
                parts[-1] += said
            else:
                parts.append(said)
        return tuple(parts)


class SmsWords:
    """An SMS as it is registered at the gateways: fixed text around parameters, each a fact, with a label if need be.

    `parameters`: their names in the registered order. Each must be used, and nothing else may be.
    """

    def __init__(self, source: str, *, parameters: Sequence[str], declared: Collection[str]) -> None:
        check_length(source)
        if "{%" in source or "{#" in source:
            raise WordsError("短信按登记的模板发送，只能写文字和 {{ 参数 }}")
        pieces = PARAMETER.split(source)
        self._fixed, self._parts = pieces[::2], [self._part(one, declared) for one in pieces[1::2]]
        used = {name for name, _ in self._parts}
        if unused := [name for name in parameters if name not in used]:
            raise WordsError(f"短信参数“{unused[0]}”在短信里没有用到")
        if unlisted := sorted(used - set(parameters)):
            raise WordsError(f"短信里用的“{unlisted[0]}”没有列入 parameters")
        self.longest = sum(map(len, self._fixed)) + LONGEST_PARAMETER * len(self._parts)
        if self.longest > LONGEST_SMS:
            raise WordsError(
                f"短信太长：最多 {LONGEST_SMS} 个字，这条可能有 {self.longest} 个字"
                f"（每个参数按 {LONGEST_PARAMETER} 个字算）"
            )
        self.parameters = tuple(parameters)

    def registered(self, place: Callable[[str], str]) -> str:
        """The text as a gateway registers it: `place` writes a parameter's place."""
        names = [name for name, _ in self._parts]
        return self._fixed[0] + "".join(place(name) + fixed for name, fixed in zip(names, self._fixed[1:], strict=True))

    @staticmethod
    def _part(expression: str, declared: Collection[str]) -> tuple[str, Words]:
        words = Words(f"{{{{{expression}}}}}", declared=declared, longest=LONGEST_PARAMETER)
        if len(words.names) != 1:
            raise WordsError(f"短信的每个参数只能是一项内容：{expression.strip()}")
        return next(iter(words.names)), words

    def render(self, facts: Mapping[str, object]) -> tuple[str, dict[str, str]]:
        """The text as it is read, and the parameters for the gateways in their order."""
        values = [(name, words.render(facts)) for name, words in self._parts]
        said = dict(values)
        text = self._fixed[0] + "".join(
            value + fixed for (_, value), fixed in zip(values, self._fixed[1:], strict=True)
        )
        return text, {name: said[name] for name in self.parameters}


class Condition:
    """An expression over facts, checked and compiled, with the same limits as a template."""

    def __init__(self, source: str, *, declared: Collection[str]) -> None:
        check_length(source)
        try:
            parser = Parser(ENVIRONMENT, source, state="variable")
            tree: nodes.Expr = parser.parse_expression()
            if not parser.stream.eos:
                raise WordsError("条件只能是一个表达式")
            self.names = used_names(nodes.Template([nodes.Output([tree])]), declared, ())
            self._parts = tuple(ConditionPart(one) for one in conjuncts(tree))
        except (TemplateError, *TOO_DEEP) as error:
            raise WordsError(f"条件写法有误：{error}") from error
        self.source = source

    def holds(self, facts: Mapping[str, object]) -> bool:
        """Whether it is true of these facts; WordsError where it cannot be said."""
        return all(part.holds(facts) for part in self._parts)

    def about(self, names: Collection[str]) -> Sequence["ConditionPart"]:
        """The parts that are about these facts alone: where one is not true, the whole is not."""
        return [part for part in self._parts if part.lately.names and set(part.lately.names) <= set(names)]


class ConditionPart:
    """A part of a condition, which is true if all its parts are."""

    def __init__(self, tree: nodes.Expr) -> None:
        body = nodes.Template([nodes.Assign(nodes.Name("result", "store"), tree, lineno=1)], lineno=1)
        body.set_environment(ENVIRONMENT)
        self._expression = TemplateExpression(ENVIRONMENT.from_string(body), undefined_to_none=False)
        self.lately = Lately[bool]({one.name for one in body.find_all(nodes.Name) if one.ctx == "load"})

    def holds(self, facts: Mapping[str, object]) -> bool:
        """Whether it is true of these facts; WordsError where it cannot be said."""
        return self.lately.get(facts, self.says)

    def says(self, facts: Mapping[str, object]) -> bool:
        """The same, worked out anew."""
        try:
            return bool(self._expression(facts))
        except WordsError:
            raise
        except (TemplateError, TypeError, ValueError, AttributeError) as error:
            raise WordsError(f"判断条件时出错：{error}") from error


def conjuncts(tree: nodes.Expr) -> Iterator[nodes.Expr]:
    """The parts of an expression that are joined by `and`, in their order."""
    if isinstance(tree, nodes.And):
        yield from conjuncts(tree.left)
        yield from conjuncts(tree.right)
    else:
        yield tree


def check_length(source: str) -> None:
    """WordsError for a template that is longer than it may be."""
    if len(source) > LONGEST_TEMPLATE:
        raise WordsError(f"模板有 {len(source)} 个字，最多 {LONGEST_TEMPLATE} 个字")


def used_names(tree: nodes.Node, declared: Collection[str], lists: Collection[str]) -> frozenset[str]:
    """The facts that a template uses; WordsError for parts that are not let in and for facts that are not declared."""
    loops = list(tree.find_all(nodes.For))
    items = {_item_of(loop, lists) for loop in loops}
    for node in tree.find_all(nodes.Node):
        _check_part(node, items)
    names = {name.name for name in tree.find_all(nodes.Name)} - items
    if unknown := sorted(names - set(declared)):
        raise WordsError(f"“{unknown[0]}”没有在 facts 里声明{suggestion(unknown[0], declared)}")
    return frozenset(names)


def _item_of(loop: nodes.For, lists: Collection[str]) -> str:
    """The name of a loop's item."""
    over, item = loop.iter, loop.target
    if not isinstance(over, nodes.Name) or over.name not in lists or not isinstance(item, nodes.Name):
        raise WordsError("{% for … in … %} 只能用在 facts 里声明的列表上")
    if loop.recursive or loop.find(nodes.For) is not None:
        raise WordsError("循环里不能再有循环")
    if len(list(loop.find_all(nodes.Name))) > MOST_IN_A_LOOP:
        raise WordsError(f"循环里写的内容太多，最多 {MOST_IN_A_LOOP} 处")
    return item.name


def _check_part(node: nodes.Node, items: Collection[str]) -> None:
    """WordsError for a part that is not let in."""
    if not isinstance(node, ALLOWED):
        raise WordsError(
            f"模板里不能用 {type(node).__name__}：只能写文字、声明过的内容、标签、{{% if %}} 和 {{% for %}}"
        )
    if isinstance(node, nodes.Getattr) and not (isinstance(node.node, nodes.Name) and node.node.name in items):
        raise WordsError(f"“.{node.attr}”只能用在循环的每一项上")
    if isinstance(node, nodes.Filter | nodes.Test) and node.args:
        raise WordsError(f"“{node.name}”后面不能带括号")
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        raise WordsError(f"没有名为“{node.name}”的标签{suggestion(node.name, FILTERS)}")
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        raise WordsError(f"没有名为“{node.name}”的判断{suggestion(node.name, TESTS)}")
