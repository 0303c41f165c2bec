"""What every event payload has in common: its topic, its CloudEvents type, and how it may change.

A payload class is one version of one event. Within a version, changes only add optional fields; readers
ignore fields that they do not know. Anything else is a new version: a new class with the old `event_name`.
"""

import re
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Uscc = Annotated[str, StringConstraints(pattern=r"^92[0-9A-HJ-NPQRTUWXY]{16}$")]
"""A household's unified social credit code. Its check characters may be wrong: such codes have been issued."""

Region = Annotated[str, StringConstraints(pattern=r"^[1-9]\d(\d\d(\d\d)?)?$")]
"""GB/T 2260: 2 digits a province, 4 a city, 6 a county."""

OperatorRef = Annotated[str, StringConstraints(pattern=r"^v\d+:[0-9a-f]{32}$")]
"""The operator's keyed pseudonym. The id number itself never travels."""


def has_form(form: Any, text: str) -> bool:  # noqa: ANN401 - an annotated type
    """Whether a text has the form of `Uscc`, `Region` or `OperatorRef`: whether a payload can say it."""
    [constraint] = form.__metadata__
    return re.fullmatch(constraint.pattern, text) is not None


Year = Annotated[int, Field(ge=2000, le=2200)]

SCHEMA_BASE_URL = "https://minglu.cn/contracts/"


class Payload(BaseModel):
    """Base of all payloads. `event_type` reads `cn.minglu.<owner>.<Name>.v<version>`."""

    model_config = ConfigDict(frozen=True)

    topic: ClassVar[str]
    version: ClassVar[int] = 1
    event_name: ClassVar[str]
    event_type: ClassVar[str]
    schema_uri: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: object) -> None:
        """Sets the names of the subclass: `event_name` is the class's own name unless given."""
        super().__pydantic_init_subclass__(**kwargs)
        owner = getattr(cls, "topic", "none").partition(".")[0]
        cls.event_name = cls.__dict__.get("event_name", cls.__name__)
        cls.event_type = f"cn.minglu.{owner}.{cls.event_name}.v{cls.version}"
        cls.schema_uri = f"{SCHEMA_BASE_URL}{cls.event_type}.json"


class StatePayload(Payload):
    """A household's state: each event replaces the one before.

    Consumers apply it only if `revision` is higher than the one that they hold; so redelivery and disorder have no
    effect, and no inbox row is kept.
    """

    revision: Annotated[int, Field(ge=1, le=2**63 - 1)]


class HandInAnswer(Payload):
    """What became of something that was handed in at a national system (`HandedIn`), said by the service that heard
    it: one for each, and the same again where it is told again. Subject: the uscc.

    `taken`: stored as if it had been filed here; `matched`: the same was there already; `refused`: with the reason.
    """

    hand_in: UUID
    system: Annotated[str, Field(max_length=100)]
    reference: Annotated[str, Field(max_length=100)]
    uscc: Uscc
    region: Region
    outcome: Literal["taken", "matched", "refused"]
    reason: Annotated[str, Field(max_length=2000)] | None = None
