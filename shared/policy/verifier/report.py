"""The findings as a text: by question, each with its households and the sentences of the law concerned."""

from collections.abc import Iterator

from shared.policy.verifier.findings import Finding, Kind, Verification
from shared.policy.verifier.households_said import household_said, ordinary_said, sentences

_SECTIONS: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("规则空档", (Kind.GAP, Kind.NO_GAP)),
    ("缺数据", (Kind.UNDETERMINED, Kind.NEVER_UNDETERMINED)),
    ("尚未设定的数额", (Kind.UNSET,)),
    ("不起作用的规则", (Kind.NEVER_HOLDS, Kind.TYPE_NEVER_GIVEN, Kind.ALWAYS_HOLDS, Kind.NEVER_DECIDES)),
    ("两型重叠", (Kind.OVERLAP, Kind.COLLISION)),
    ("换一种读法", (Kind.READING_GAP, Kind.READING_OVERLAP, Kind.READING, Kind.READING_SAME)),
    ("界限两边", (Kind.BOUNDARY, Kind.LIMIT_WITHOUT_EFFECT)),
    ("与另一政策相比", (Kind.DIFFERENCE, Kind.SAME)),
)


def lines(verification: Verification) -> Iterator[str]:
    """The whole text, one line at a time."""
    policy = verification.compiled.policy
    outside = "" if policy.in_force_on(verification.as_of) else "（不在政策的施行期内）"
    yield f"政策 {policy.id}（{policy.title}），判定日 {verification.as_of}{outside}"
    yield f"普通户：{ordinary_said(verification.ordinary)}；在各部门都有记录。下面的户没有写到的，都与普通户相同。"
    for title, kinds in _SECTIONS:
        found = sorted(verification.of(*kinds), key=lambda finding: kinds.index(finding.kind))
        if found:
            yield f"【{title}】"
        for number, finding in enumerate(found, 1):
            yield f"  {number}. {finding.text}"
            show = _boundary if finding.kind is Kind.BOUNDARY else _households
            yield from (f"     {line}" for line in show(finding, verification))


def _households(finding: Finding, verification: Verification) -> Iterator[str]:
    """The households of a finding, one that two policies are asked about once; and what the clauses say of them."""
    described: object = None
    for witness in finding.witnesses:
        if witness.facts != described:
            yield f"户：{household_said(witness, verification.ordinary) or '就是普通户'}。"
        described = witness.facts
        yield f"{f'{witness.side}：' if witness.side else ''}判定为{witness.outcome.type.label}。"
        yield from (f"· {sentence.text}（依据：{sentence.citation}）" for sentence in sentences(witness))


def _boundary(finding: Finding, verification: Verification) -> Iterator[str]:
    """The finding says both sides: left is what else is special, and where the law draws the line."""
    first = finding.witnesses[0]
    yield f"户：{household_said(first, verification.ordinary)}。"
    yield from (f"依据：{sentence.citation}“{sentence.citation.quote}”" for sentence in sentences(first))
