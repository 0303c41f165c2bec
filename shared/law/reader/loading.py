"""Finds and loads policies: `extends` merged, settings and readings applied.

`load_policy("zhengzhou-2025")` reads policies/zhengzhou-2025.yaml; a path reads any file. Settings give a
parameter's value (`{"growth_tax_upto": "20000"}`), readings choose another reading of an interpretation
(`{"growth-1-zero": "positive-only"}`). `recognition_policy_at` finds the shipped policy that applies to a region:
of those in force, the one for the smallest region. Errors: PolicyError, one Chinese sentence with file and line.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

from shared.law.language.errors import PolicyError
from shared.law.language.units import EXPECTED_FORMAT, Unit, parse_value, suggestion
from shared.law.model.clauses import ALWAYS
from shared.law.model.operator_kinds import OperatorKind
from shared.law.model.policy import Policy
from shared.law.reader.fields import Fields
from shared.law.reader.policy import HEAD_FIELDS, read_policy
from shared.law.reader.yaml_tree import YamlItem, from_plain, merge_trees, parse_yaml, read_yaml

POLICIES = Path(__file__).resolve().parents[3] / "policies"
ONE_DAY = timedelta(days=1)
DRAFT_NAME = "政策草案"
"""The name, in errors, of a policy that is not a file."""
PARTS = ("recognition", "objections", "publication")
"""The parts of a policy that have parameters of their own, beside those of typing."""
HOUSEHOLDS_SUFFIX = ".households.yaml"
"""Suffixes of a policy's companion files (`<id>.households.yaml` and so on), which are not policies."""


def policy_ids() -> list[str]:
    """The ids of the policies that ship with the platform."""
    return sorted(path.stem for path in POLICIES.glob("*.yaml") if "." not in path.stem)


def policy_path(name_or_path: str) -> Path:
    """The file of a policy, by id or path. Errors: PolicyError when there is none."""
    if name_or_path in policy_ids():
        return POLICIES / f"{name_or_path}.yaml"
    path = Path(name_or_path)
    if path.suffix in (".yaml", ".yml") and path.is_file():
        return path
    raise PolicyError(f"没有名为“{name_or_path}”的政策，也没有这个 YAML 文件{suggestion(name_or_path, policy_ids())}")


def load_policy(
    name_or_path: str, *, settings: Mapping[str, str] | None = None, readings: Mapping[str, str] | None = None
) -> Policy:
    """A policy with settings and readings applied, read anew only if a file that it rests on has changed. Errors:
    PolicyError.
    """
    path = policy_path(name_or_path).resolve()
    chosen = [tuple(sorted((one or {}).items())) for one in (settings, readings)]
    return _loaded(path, POLICIES, _words(path), (*files_state(POLICIES), *files_state(path.parent / "texts")), *chosen)


FilesState = tuple[tuple[str, int, int], ...]
Chosen = tuple[tuple[str, str], ...]


def files_state(folder: Path) -> FilesState:
    """Names, times and sizes of the files below a folder; empty where there is none."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple((str(path), (found := path.stat()).st_mtime_ns, found.st_size) for path in files)


def _words(path: Path) -> bytes | None:
    """What a policy's own file says: whoever edits it may save twice within one tick of the file system's clock."""
    try:
        return path.read_bytes()
    except OSError:
        return None  # which reading it tells


@lru_cache(maxsize=64)
def _loaded(
    path: Path, _shipped: Path, _words: bytes | None, _state: FilesState, settings: Chosen, readings: Chosen
) -> Policy:
    """A policy is asked for once for each of its test households, and by every command."""
    tree = _applied(_extended(read_yaml(path), (path,)), dict(settings), dict(readings))
    policy = read_policy(tree, (path.parent / "texts", POLICIES / "texts"))
    if path.parent == POLICIES and policy.id != path.stem:
        place = Fields(tree, "政策文件").item("id").place
        raise PolicyError(f"政策的 id“{policy.id}”应与文件名“{path.stem}”相同", place)
    return policy


def draft_policy(text: str, *, settings: Mapping[str, str], readings: Mapping[str, str]) -> Policy:
    """A policy from text that is not a file. It may extend a shipped policy and quote shipped texts; no other file is
    read. Errors: PolicyError.
    """
    tree = _applied(_extended(parse_yaml(text, DRAFT_NAME), ()), settings, readings)
    return read_policy(tree, (POLICIES / "texts",))


def restore_policy(
    content: Mapping[str, Any],
    *,
    settings: Mapping[str, str] | None = None,
    readings: Mapping[str, str] | None = None,
    document: str | None = None,
    operator_kinds: Sequence[OperatorKind] = (),
) -> Policy:
    """The policy rebuilt from the `content` that was stored with a run: the same hash, even if the file has changed.

    Further settings and kinds of operators (with the document that sets or adds them) and readings are applied to it.
    """
    tree = _applied(from_plain(dict(content)), settings or {}, readings or {}, document)
    _add_kinds(tree, operator_kinds, document)
    return read_policy(tree, ())


def _extended(tree: YamlItem, below: tuple[Path, ...]) -> YamlItem:
    """A policy's tree merged over the one that it extends; `below` are the files that led here (to find circles)."""
    fields = Fields(tree, "政策文件")
    name = fields.text_or_none("extends")
    if name is None:
        return tree
    place = fields.item("extends").place
    if name not in policy_ids():
        raise PolicyError(f"没有可以扩展的政策“{name}”{suggestion(name, policy_ids())}", place)
    base = policy_path(name).resolve()
    if base in below:
        raise PolicyError(f"政策 {name} 绕了一圈又扩展到自己", place)
    return merge_trees(_inherited(_extended(read_yaml(base), (*below, base))), tree)


def _inherited(base: YamlItem) -> YamlItem:
    """The part of a policy that others inherit: everything but its head; its citations name its document."""
    fields = Fields(base, "政策文件")
    document = fields.item("document")
    return YamlItem(
        {key: _with_document(item, document) for key, item in fields.each() if key not in HEAD_FIELDS},
        base.place,
    )


def _with_document(item: YamlItem, document: YamlItem) -> YamlItem:
    """The tree with `document` written into every citation that does not name one."""
    if isinstance(item.value, list):
        return YamlItem([_with_document(part, document) for part in item.value], item.place)
    if not isinstance(item.value, dict):
        return item
    parts = {key: _with_document(part, document) for key, part in item.value.items()}
    citation = parts.get("citation")
    if citation is not None and isinstance(citation.value, dict) and "document" not in citation.value:
        parts["citation"] = YamlItem({**citation.value, "document": document}, citation.place)
    return YamlItem(parts, item.place)


def _applied(
    tree: YamlItem, settings: Mapping[str, str], readings: Mapping[str, str], document: str | None = None
) -> YamlItem:
    """The tree with these settings and readings."""
    _apply_settings(tree, settings, document)
    _apply_readings(tree, readings)
    return tree


def _apply_settings(tree: YamlItem, settings: Mapping[str, str], document: str | None) -> None:
    parts = [tree, *(YamlItem(part, tree.place) for key in PARTS if (part := _part(tree, key)))]
    parameters = {name: item for part in parts for name, item in _part(part, "parameters").items()}
    for name, text in settings.items():
        if name not in parameters:
            raise PolicyError(f"没有名为“{name}”的参数{suggestion(name, parameters)}")
        fields = Fields(parameters[name], f"参数“{name}”")
        unit = Unit(fields.one_of("unit", [unit.value for unit in Unit]))
        if parse_value(text, unit) is None:
            raise PolicyError(f"参数“{name}”的设定值“{text}”不对；应是{EXPECTED_FORMAT[unit]}")
        own = parameters[name].value
        if isinstance(own, dict):
            value = text.strip()
            own["values"] = from_plain(
                {ALWAYS.isoformat(): {"value": value, "document": document} if document else value}
            )


def _apply_readings(tree: YamlItem, readings: Mapping[str, str]) -> None:
    items = Fields(tree, "政策文件").list("interpretations")
    by_id = {Fields(item, "解释").text("id"): item for item in items}
    for name, choice in readings.items():
        if name not in by_id:
            raise PolicyError(f"没有名为“{name}”的解释{suggestion(name, by_id)}")
        offered = [reading for reading, _ in Fields(by_id[name], f"解释“{name}”").fields("readings", "读法").each()]
        if choice not in offered:
            raise PolicyError(f"解释“{name}”没有读法“{choice}”{suggestion(choice, offered)}")
        own = by_id[name].value
        if isinstance(own, dict):
            own["chosen"] = from_plain(choice)


def _add_kinds(tree: YamlItem, kinds: Sequence[OperatorKind], document: str | None) -> None:
    if not kinds:
        return
    block = _part(YamlItem(_part(tree, "recognition"), tree.place), "operator_kinds")
    if not block or not isinstance(listed := block["kinds"].value, list):
        raise PolicyError("这个政策没有列出经营者身份 operator_kinds，不能增列")
    for kind in kinds:
        written = {"id": kind.id, "title": kind.title, "document": document, "proven_by": kind.proven_by}
        named = {name: str(value) for name, value in written.items() if value is not None}
        listed.append(from_plain({**named, "evidence": list(kind.evidence)}))


def _part(tree: YamlItem, key: str) -> dict[str, YamlItem]:
    if not isinstance(tree.value, dict) or key not in tree.value:
        return {}
    part = tree.value[key].value
    return part if isinstance(part, dict) else {}


def recognition_policy_at(region: str, day: date) -> Policy | None:
    """The policy with recognition rules that applies to a region on a day; None when there is none."""
    return _nearest((one for one in shipped_policies() if one.recognition is not None and one.in_force_on(day)), region)


def shown_policy_at(region: str, day: date) -> Policy | None:
    """The policy whose standards a region is shown on a day, also a draft for comments; None when there is none."""
    return _nearest((one for one in shipped_policies() if one.within_dates(day)), region)


def _nearest(policies: Iterable[Policy], region: str) -> Policy | None:
    """Of the policies that concern a region, the one for the smallest part of the country; a law before a draft."""
    covering = [
        ((len(prefix), not policy.draft), policy)
        for policy in policies
        for prefix in policy.regions
        if region.startswith(prefix)
    ]
    return max(covering, key=lambda candidate: candidate[0])[1] if covering else None


@cache
def shipped_policies() -> tuple[Policy, ...]:
    """Every policy that ships with the platform, read once per process. Errors: PolicyError, also where two of them
    would apply to one region on one day.
    """
    policies = tuple(load_policy(name) for name in policy_ids())
    rivals = rival_policies(policies)
    if rivals:
        raise PolicyError("；".join(rivals))
    return policies


def rival_policies(policies: Iterable[Policy]) -> list[str]:
    """Sentences about every two policies that name the same region and are in force on the same day: neither goes
    before the other. A policy for a smaller region goes before one for a larger.
    """
    said = []
    for first, second in combinations([policy for policy in policies if not policy.draft], 2):
        shared = sorted(set(first.regions) & set(second.regions))
        since = max(first.since, second.since)
        until = min((day for day in (first.until, second.until) if day is not None), default=None)
        if shared and (until is None or since <= until):
            older, newer = sorted((first, second), key=lambda policy: policy.since)
            hint = f"新政策接替旧政策的，请给 {older.id} 写上施行截止日 in_force: {{until: {newer.since - ONE_DAY}}}"
            span = f"自 {since} 起" if until is None else f"{since} 至 {until}"
            said.append(f"政策 {older.id} 与 {newer.id} {span}同时适用于 {'、'.join(shared)}，分不出用哪一个；{hint}")
    return said
