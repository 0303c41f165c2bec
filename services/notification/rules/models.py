"""The table of the versions of rules."""

import datetime as dt
from typing import Any

from sqlalchemy import DateTime, Index, Integer, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base
from services.notification.rules.domain import VersionState
from shared.database.columns import CreatedAt, EnumText, Id, Subject, Version
from shared.platform.audit import About, about

IN_FORCE = "state = 'published'"


class RuleVersion(Base):
    """One version of a rule, for a province (`scope`) or, with an empty scope, for all that have none of their own.

    Of a name and scope one is in force; what follows it supersedes it, nothing published is changed or deleted. The
    content is checked before it is stored. `content_hash` leaves the version number out: the shipped content is known
    by it. `derived_from`: the newest version that was shipped when it was drafted. `revision`: the ETag of a draft.
    """

    __tablename__ = "rule_version"
    __table_args__ = (
        Index("ux_rule_version_number", "name", "version", unique=True),
        Index("ux_rule_version_in_force", "name", "scope", unique=True, postgresql_where=text(IN_FORCE)),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(Integer)
    scope: Mapped[str] = mapped_column(String(2), comment="a province, or empty")
    event: Mapped[str] = mapped_column(String(100))
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_hash: Mapped[str] = mapped_column(String(64))
    derived_from: Mapped[int | None] = mapped_column(Integer, comment="the newest shipped version at that time")
    state: Mapped[VersionState] = mapped_column(EnumText(VersionState))
    drafted_by: Mapped[Subject]
    drafted_at: Mapped[CreatedAt]
    published_by: Mapped[str | None] = mapped_column(String(200))
    published_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    revision: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(self.id, self.scope, rule=self.name, version=self.version, content_hash=self.content_hash)
