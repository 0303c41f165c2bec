"""Words of the pages about support, as the support service has them."""

from collections.abc import Mapping

from shared.law.model.measures import FIELD_LABELS

FIELDS: Mapping[str, str] = {field.value: label for field, label in FIELD_LABELS.items()}
