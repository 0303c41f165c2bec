"""Parses the expression of a clause: a small part of SQL, read by sqlglot, into the tree of `nodes`.

Allowed: a fact compared with a number, date, word or `:parameter` (`= <> < <= > >=`, `between`, `in`), a
yes-or-no fact by name, `is [not] null`, `and`, `or`, `not`, brackets, and `fact at least N years ago`. Money is
written in yuan. Anything else (arithmetic, concatenation, functions, subqueries) is a `PolicyError` that names
file, line, what is wrong and what would be right.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from shared.law.language.errors import Place, PolicyError
from shared.law.language.nodes import YEARS_AGO, Node
from shared.law.language.units import Unit
from shared.law.language.vocabulary import PolicyPart

_PHRASE = re.compile(r"\b(\w+)\s+at\s+least\s+(\d+|:\w+)\s+years?\s+ago\b", re.IGNORECASE)
_MAX_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Expression:
    """A clause's text as its author wrote it (spaces collapsed), and the tree read from it."""

    text: str
    root: Node


def parse_expression(
    text: str, units: Mapping[str, Unit], place: Place, part: PolicyPart = PolicyPart.TYPING
) -> Expression:
    """The expression of a text. `units`: the unit of every parameter; `part`: the part of the policy, which determines
    the facts. Errors: PolicyError.
    """
    plain = " ".join(text.split())
    if not plain:
        raise PolicyError("表达式是空的；应写出条件，例如 tax_paid > :development_tax_above", place)
    if len(plain) > _MAX_LENGTH:
        raise PolicyError(f"表达式太长（{len(plain)} 个字符，上限 {_MAX_LENGTH}）；请拆成几条", place)
    if YEARS_AGO in plain.lower():
        raise PolicyError(f"表达式里不能用函数（“{YEARS_AGO}”）", place)
    return Expression(plain, _root(plain, tuple(sorted(units.items())), place, part))


@lru_cache(maxsize=4096)
def _root(plain: str, units: tuple[tuple[str, Unit], ...], place: Place, part: PolicyPart) -> Node:
    # sqlglot takes a few tenths of a second to import: only when an expression is read for the first time
    from sqlglot import parse_one
    from sqlglot.errors import ParseError, SqlglotError

    from shared.law.language.lowering import Lowering

    try:
        tree = parse_one(_PHRASE.sub(rf"{YEARS_AGO}(\1, \2)", plain))
        return Lowering(dict(units), place, part).node(tree)
    except ParseError as error:
        raise PolicyError(_syntax_message(plain, error.errors), place) from error
    except SqlglotError as error:
        raise PolicyError(_syntax_message(plain, []), place) from error
    except RecursionError as error:
        raise PolicyError("表达式嵌套太深；请拆成几条", place) from error


def _syntax_message(plain: str, errors: list[dict[str, object]]) -> str:
    if re.search(r"years?\s+ago", plain, re.IGNORECASE):
        return f"“{plain}”写法有误；应是 事实 at least N years ago，N 是整数或 :参数"
    near = next((f"，在“{error['highlight']}”附近" for error in errors if error.get("highlight")), "")
    return f"“{plain}”写法有误{near}；应是条件，例如 tax_paid > :development_tax_above and not abnormal"
