"""The register of names, its index, and which deliveries it has followed."""

from sqlalchemy import BigInteger, Identity, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.typing.base import Base


class HouseholdName(Base):
    """A household's registered name, and every county it was registered in, the present one last: the directory shows
    it in the county of its published run until the next one. ``number`` stands for it in the index. Rows stay when a
    household ends: the directory shows it until the next publication.

    ``organisation``: its code from the ninth character on, which people quote alone; ``ending``: its code backwards.
    """

    __tablename__ = "household_name"
    __table_args__ = (
        UniqueConstraint("uscc"),
        Index("ix_household_name_organisation", "organisation"),
        Index("ix_household_name_ending", "ending"),
    )

    number: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18))
    name: Mapped[str] = mapped_column(Text)
    regions: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    organisation: Mapped[str] = mapped_column(String(10))
    ending: Mapped[str] = mapped_column(String(18))


class NamePosting(Base):
    """Numbers, ascending, of households of a county whose folded name holds a word; the last one is part of the key.

    A county's numbers of a common word are spread over several rows, so that a page of a search reads one or two.
    """

    __tablename__ = "name_posting"

    word: Mapped[str] = mapped_column(String(8), primary_key=True)
    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    last: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    households: Mapped[int] = mapped_column(Integer)
    numbers: Mapped[bytes] = mapped_column(LargeBinary, comment="32-bit integers, little-endian")


class NamedDelivery(Base):
    """A registration delivery that the register has followed, by its place in the order of receipt."""

    __tablename__ = "named_delivery"

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
