"""What the objection service says to typing, and what typing says back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import orjson

from services.typing.directory.household_facts import household_facts
from services.typing.handlers import HANDLERS
from services.typing.runs import repository as runs_repository
from services.typing.runs.policies import compiled_policy
from shared.contracts.objection import EvidenceCorrected, SealedCorrection
from shared.law.model.outcome import HouseholdType
from shared.messaging.events import Event, new_event
from shared.platform.identity import Role
from shared.platform.sealed_messages import Sealer
from tests.fixtures.correction_keys import CORRECTION_KEYS
from tests.integration.typing.staged_city import StagedCity
from tests.integration.typing.typing_client import TypingClient

REASON = "异议成立：经信用监管部门核实，标记有误"


def correction(
    uscc: str,
    feed: str,
    row: dict[str, str],
    *,
    year: int | None = None,
    region: str = "4101",
    reason: str = REASON,
    key: str = CORRECTION_KEYS.public,
    **inside: Any,
) -> EvidenceCorrected:
    """An upheld objection; ``inside`` changes what is sealed against what the event says."""
    names: dict[str, Any] = {"correction": uuid4(), "objection": uuid4(), "uscc": uscc, "feed": feed}
    sealed = Sealer(key).seal(SealedCorrection(**(names | inside), row=row))
    return EvidenceCorrected(**names, region=region, year=year, sealed=sealed, reason=reason)


def lifting(corrected: EvidenceCorrected, reason: str = "上级复核：更正依据不足") -> EvidenceCorrected:
    """The correction is lifted."""
    return corrected.model_copy(update={"lifted": True, "reason": reason, "sealed": ""})


def unmarked(uscc: str, **changed: Any) -> EvidenceCorrected:
    """The household was marked abnormal by mistake."""
    return correction(uscc, "credit", {"abnormal": "false", "seriously_dishonest": "false"}, **changed)


def event_of(corrected: EvidenceCorrected) -> Event:
    """The event as the bus brings it."""
    return new_event(corrected, subject=corrected.uscc, source="/objection", actor="province/objections")


async def hear(city: StagedCity, *corrected: EvidenceCorrected) -> None:
    """Typing hears of corrections, each in a transaction."""
    for one in corrected:
        async with city.office.resources.database.transaction() as session:
            await HANDLERS[EvidenceCorrected](session, event_of(one), city.office.resources)


@dataclass(frozen=True)
class Said:
    """Events about a household in the outbox, by name, in order."""

    events: list[tuple[str, dict[str, Any]]]

    def of(self, name: str) -> list[dict[str, Any]]:
        """The data of events of one kind."""
        return [data for kind, data in self.events if kind == name]

    @property
    def answers(self) -> list[tuple[str, str | None, str | None]]:
        """Outcome, previous type and type of each CorrectionAnswered."""
        return [(one["outcome"], one["previous_type"], one["type"]) for one in self.of("CorrectionAnswered")]


async def said_about(office: TypingClient, uscc: str) -> Said:
    """What typing said about a household."""
    rows = await office.sql("select value from outbox where key = $1 order by position", uscc)
    envelopes = [orjson.loads(row["value"]) for row in rows]
    return Said([(one["type"].split(".")[3], one["data"]) for one in envelopes])


async def type_of(office: TypingClient, uscc: str) -> str:
    """The type that the public reads."""
    return str((await office.get(f"/v1/households/{uscc}", None)).json()["type"])


async def explained(office: TypingClient, uscc: str) -> dict[str, Any]:
    """The explanation for an officer, who reads which clauses decided."""
    return dict((await office.get(f"/v1/households/{uscc}/explanation", Role.OFFICER)).json())


async def reasons_of(office: TypingClient, uscc: str) -> list[str]:
    """The public reasons of a household's corrections."""
    return list((await office.get(f"/v1/households/{uscc}/explanation", None)).json()["corrections"])


async def assert_type_follows_from_facts(office: TypingClient, uscc: str) -> None:
    """T5: the facts behind the explanation, evaluated again, give the type and the masks that are stored."""
    (shown,) = await office.sql(
        "select r.region, r.run_number, coalesce(c.type, r.type) as type, coalesce(c.true_mask, r.true_mask) as holds,"
        " coalesce(c.unknown_mask, r.unknown_mask) as unknown, c.facts from result r"
        " join current_run k on k.region = r.region and k.run_number = r.run_number"
        " left join correction c on c.run_number = r.run_number and c.uscc = r.uscc"
        " where r.uscc = $1 order by k.revision desc limit 1",
        uscc,
    )
    async with office.resources.database.session() as session:
        run = await runs_repository.get_run_by_number(session, shown["run_number"])
        compiled = await compiled_policy(session, run)
    corrected = orjson.loads(shown["facts"]) if shown["facts"] else None
    facts = await household_facts(office.resources, run.id, shown["region"], uscc, corrected)
    outcome = compiled.type_one(facts)
    assert (int(outcome.type), outcome.true_mask, outcome.unknown_mask) == tuple(shown)[2:5]
    assert HouseholdType(shown["type"]).slug == await type_of(office, uscc)


async def stored_states(office: TypingClient) -> dict[UUID, str]:
    """The states of all corrections."""
    return {row["id"]: row["state"] for row in await office.sql("select id, state from evidence_correction")}
