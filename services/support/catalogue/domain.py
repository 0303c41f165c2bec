"""States of a revision of a measure: entered by one, checked by another, published, replaced or retired."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class RevisionState(StrEnum):
    """Where a revision stands."""

    DRAFT = "draft"
    CHECKED = "checked"
    PUBLISHED = "published"
    REPLACED = "replaced"
    RETIRED = "retired"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return REVISION_LABELS[self]


REVISION_LABELS: Mapping[RevisionState, str] = MappingProxyType(
    {
        RevisionState.DRAFT: "待复核",
        RevisionState.CHECKED: "已复核",
        RevisionState.PUBLISHED: "已发布",
        RevisionState.REPLACED: "已修订",
        RevisionState.RETIRED: "已停止",
    }
)
OPEN_STATES = (RevisionState.DRAFT, RevisionState.CHECKED)
NEXT_STATES: Mapping[RevisionState, frozenset[RevisionState]] = MappingProxyType(
    {
        RevisionState.DRAFT: frozenset({RevisionState.DRAFT, RevisionState.CHECKED}),
        RevisionState.CHECKED: frozenset({RevisionState.DRAFT, RevisionState.PUBLISHED}),
        RevisionState.PUBLISHED: frozenset({RevisionState.REPLACED, RevisionState.RETIRED}),
        RevisionState.REPLACED: frozenset(),
        RevisionState.RETIRED: frozenset(),
    }
)
"""What a revision may become; a change of a draft, or a checked one sent back, leaves a draft that is checked anew."""
