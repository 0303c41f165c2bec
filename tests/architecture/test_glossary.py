"""docs/glossary.md is what the code says: code names exist, and a class named after a term is that term's, once."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"
CODE = ("services", "shared")
ROW = re.compile(r"^\| (?P<chinese>[^|]+) \| (?P<english>[^|]+) \| (?P<code>[^|]+) \| (?P<source>[^|]+) \|$")
NO_CODE_YET = "–"
POLICIES = {"郑州": "zhengzhou-2025", "天津": "tianjin-2024", "大兴安岭": "daxinganling-2024", "甘州": "ganzhou-2024"}


@dataclass(frozen=True)
class Term:
    """A row of the glossary."""

    chinese: str
    english: str
    names: tuple[str, ...]
    source: str

    @property
    def class_name(self) -> str:
        """What a class named after the term would be called: public notice → PublicNotice."""
        return "".join(word.capitalize() for word in re.findall(r"[A-Za-z]+", self.english))


@dataclass(frozen=True)
class Names:
    """What the code defines: classes with the places of their definitions, their members, and every other name."""

    classes: dict[str, list[str]]
    members: dict[str, set[str]]
    others: set[str]


def terms(text: str) -> list[Term]:
    """Every row of every table."""
    found = []
    for line in text.splitlines():
        row = ROW.match(line)
        if row is not None and row["chinese"] not in ("中文", "---"):
            names = tuple(re.findall(r"`([^`]+)`", row["code"]))
            found.append(Term(row["chinese"], row["english"].strip(), names, row["source"].strip()))
    return found


@cache
def code_names() -> Names:
    """Read from the source of services and shared."""
    classes: dict[str, list[str]] = defaultdict(list)
    members: dict[str, set[str]] = defaultdict(set)
    others: set[str] = set()
    for path in (path for folder in CODE for path in sorted((ROOT / folder).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                classes[node.name].append(f"{path.relative_to(ROOT)}:{node.lineno}")
                members[node.name] |= set(members_of(node))
            others |= set(names_in(node))
    return Names(dict(classes), dict(members), others)


def members_of(node: ast.ClassDef) -> Iterator[str]:
    """Names that a class assigns or annotates."""
    for statement in node.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def names_in(node: ast.AST) -> Iterator[str]:
    """Variables, fields, parameters, and texts that are one word: columns, feeds, values of enumerations."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


@cache
def cited_articles(policy: str) -> frozenset[str]:
    """The articles that a policy's citations name."""
    text = (ROOT / "policies" / f"{policy}.yaml").read_text("utf-8")
    return frozenset(article.strip() for article in re.findall(r"article: ([^,}\n]+)", text))


def exists(name: str, known: Names) -> bool:
    """Whether the code has a class, a member of a class, or another name that is called so."""
    owner, _, member = name.partition(".")
    if member:
        return member in known.members.get(owner, ())
    return name in known.classes if name[0].isupper() else name in known.others


def strangers(found: list[Term], known: Names) -> list[str]:
    """Code names of the glossary that the code does not have."""
    return [f"{term.chinese} {name}" for term in found for name in term.names if not exists(name, known)]


COPIES = {"Household"}
"""Each service keeps its own copy of them (shared/platform/household_copy.py)"""


def doubles(found: list[Term], known: Names) -> dict[str, list[str]]:
    """Classes that are named by a term, or after one, and defined more than once."""
    named = {name.partition(".")[0] for term in found for name in term.names} | {term.class_name for term in found}
    return {name: known.classes[name] for name in sorted(named - COPIES) if len(known.classes.get(name, ())) > 1}


def borrowed(found: list[Term], known: Names) -> dict[str, list[str]]:
    """Classes that are named after a term, while the glossary says that something else stands for it."""
    return {
        term.class_name: known.classes[term.class_name]
        for term in found
        if term.class_name in known.classes and term.class_name not in term.names
    }


def test_the_glossary_has_every_field_filled_in_and_each_word_once() -> None:
    found = terms(GLOSSARY.read_text("utf-8"))
    assert len(found) >= 60
    assert [term for term in found if not (term.source and (term.names or term.english))] == []
    for words in ([term.chinese for term in found], [term.english for term in found]):
        assert sorted({word for word in words if words.count(word) > 1}) == []


def test_every_row_names_its_code_or_says_that_there_is_none() -> None:
    rows = [line for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("| ") and "中文" not in line]
    assert len(rows) == len(terms("\n".join(rows)))
    assert [row for row in rows if not ("`" in row.split("|")[3] or row.split("|")[3].strip() == NO_CODE_YET)] == []


def test_every_code_name_exists() -> None:
    assert strangers(terms(GLOSSARY.read_text("utf-8")), code_names()) == []


def test_every_article_of_a_policy_is_one_that_the_policy_cites() -> None:
    wrong = []
    for term in terms(GLOSSARY.read_text("utf-8")):
        for document, _, article in (part.strip().partition(" ") for part in re.split("[；;]", term.source)):
            if document in POLICIES and article.partition("（不")[0] not in cited_articles(POLICIES[document]):
                wrong.append(f"{term.chinese}: {document} {article}")
    assert wrong == []


def test_a_class_named_after_a_term_is_defined_once() -> None:
    assert doubles(terms(GLOSSARY.read_text("utf-8")), code_names()) == {}


def test_a_class_named_after_a_term_is_the_terms_own() -> None:
    assert borrowed(terms(GLOSSARY.read_text("utf-8")), code_names()) == {}


def test_a_stranger_a_double_and_a_borrowed_word_would_be_found() -> None:
    objection = Term("异议", "objection", ("ObjectionRule",), "郑州")
    recognition = Term("认定", "recognition", ("Recognition", "Recognition.VALID", "nowhere"), "郑州")
    places = {"Objection": ["a.py:1"], "ObjectionRule": ["b.py:1"], "Recognition": ["c.py:1", "d.py:1"]}
    known = Names(places, {"Recognition": {"EXPIRED"}}, {"somewhere"})
    assert strangers([objection, recognition], known) == ["认定 Recognition.VALID", "认定 nowhere"]
    assert doubles([objection, recognition], known) == {"Recognition": ["c.py:1", "d.py:1"]}
    assert borrowed([objection, recognition], known) == {"Objection": ["a.py:1"]}
