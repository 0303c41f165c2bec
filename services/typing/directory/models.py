"""The table of what the national systems say of households' types."""

from services.typing.base import Base
from shared.platform.annotations import AnnotationTable


class TypeAnnotation(AnnotationTable, Base):
    """What a national system says of a household's type."""
