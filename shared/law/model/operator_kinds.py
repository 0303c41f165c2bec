"""经营者身份: the kinds of operators for whom a policy relaxes the source (适当放宽分类来源).

The text names some kinds and ends in “等”. Whether that leaves the list open is an interpretation: where it does, a
bureau that sets the local criteria adds kinds with a document when it orders a quota or a season.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.law.model.clauses import Citation
from shared.reference.departments import Department


class KindsReading(StrEnum):
    """Whether the text's list of kinds is open to similar ones, or closed."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class OperatorKind:
    """One kind of operator. `evidence`: the documents that usually prove it, one of which is enough; `proven_by`: the
    department that knows it without any; `document`: what added it, None where the policy's own text names it.
    """

    id: str
    title: str
    evidence: tuple[str, ...] = ()
    proven_by: Department | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class OperatorKinds:
    """The kinds that count, those added by a document among them. `interpretation` None: content from before the kinds
    were the policy's, whose text was read as a closed list.
    """

    kinds: tuple[OperatorKind, ...]
    reading: KindsReading
    interpretation: str | None = None
    citation: Citation | None = None

    def find(self, name: str) -> OperatorKind | None:
        """The kind of an id; None where there is none."""
        return next((kind for kind in self.kinds if kind.id == name), None)

    def any_of(self, names: Iterable[str]) -> bool:
        """Whether one of the names is a kind."""
        return any(self.find(name) is not None for name in names)


EARLIER_KINDS = OperatorKinds(
    (
        OperatorKind("veteran", "退役军人"),
        OperatorKind("graduate", "高校毕业生"),
        OperatorKind("disabled", "残疾人"),
        OperatorKind("returning_migrant", "返乡创业农民工"),
    ),
    KindsReading.CLOSED,
)
"""What stored content meant before policies listed their kinds."""
