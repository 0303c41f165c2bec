"""The table of notes of hearings and conversations."""

import datetime as dt
import uuid

from sqlalchemy import Date, ForeignKey, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.objection.base import Base
from services.objection.examination.domain import HearingKind
from shared.database.columns import CreatedAt, EnumText, Id, Subject
from shared.platform.sealed_fields.values import SealedColumn, SealedText


class HearingNote(Base):
    """What was said at a hearing (听证) or in a conversation (询问笔录). Who was present and what was said is sealed:
    both name people. `document`: the signed record, one of the objection's documents.
    """

    __tablename__ = "hearing_note"
    __table_args__ = (Index("ix_hearing_note_objection", "objection_id", "held_on", "id"),)

    id: Mapped[Id]
    objection_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("objection.id"))
    kind: Mapped[HearingKind] = mapped_column(EnumText(HearingKind))
    held_on: Mapped[dt.date] = mapped_column(Date)
    present: Mapped[SealedText] = mapped_column(SealedColumn)
    text: Mapped[SealedText] = mapped_column(SealedColumn)
    document: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    noted_by: Mapped[Subject]
    noted_at: Mapped[CreatedAt]
