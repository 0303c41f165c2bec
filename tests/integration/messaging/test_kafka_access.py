"""Kafka with TLS, passwords and rules per topic: who may not write a topic cannot, and nobody comes in unverified."""

import asyncio
from pathlib import Path

import pytest

from deploy.certificates import write_certificates
from shared.messaging.bus import BusDownError, Record
from shared.messaging.kafka_address import kafka_address
from shared.messaging.kafka_users import admit
from shared.messaging.transports import open_bus
from tests.fixtures.guarded_kafka import HOST, PASSWORD, GuardedKafka
from tests.fixtures.waiting import PATIENCE, until

pytestmark = pytest.mark.kafka


async def test_each_writes_its_own_topics_only(guarded_kafka: GuardedKafka) -> None:
    async with (
        guarded_kafka.bus("minglu_typing") as typing,
        guarded_kafka.bus("minglu_recognition") as recognition,
        guarded_kafka.bus("publicity") as publicity,
        guarded_kafka.bus("bureau") as bureau,
    ):
        await typing.ensure_topics({"typing.events", "annual-report.events"})
        await recognition.ensure_topics({"typing.events", "recognition.events"})
        fact = [Record("92410105MA00000001", b"{}")]
        await typing.publish("typing.events", fact)
        await bureau.publish("annual-report.events", fact)
        for one, topic in (
            (recognition, "typing.events"),
            (typing, "recognition.events"),
            (publicity, "typing.events"),
            (publicity, "annual-report.events"),
            (bureau, "typing.events"),
        ):
            with pytest.raises(BusDownError, match="Authorization"):
                await one.publish(topic, fact)
        for one in (recognition, publicity):
            async with one.reader({"typing.events"}) as reader:
                bounds = await reader.bounds()
                await reader.seek({partition: bound.first for partition, bound in bounds.items()})
                async with asyncio.timeout(PATIENCE):
                    while not (read := await reader.read(10, 0.5)):
                        pass
            assert [message.value for message in read] == [b"{}"]


async def test_nobody_comes_in_with_a_wrong_password_without_tls_or_to_an_unverified_broker(
    guarded_kafka: GuardedKafka, tmp_path: Path
) -> None:
    write_certificates(tmp_path, [HOST])
    unverified = guarded_kafka.url("admin").replace(str(guarded_kafka.ca), str(tmp_path / "ca.pem"))
    for url in (
        guarded_kafka.url("minglu_typing", "another"),
        guarded_kafka.url("nobody"),
        unverified,
        f"kafka://{guarded_kafka.broker.address}",
    ):
        bus = open_bus(url)
        with pytest.raises(BusDownError):
            await bus.cluster_id()
        await bus.close()


async def test_a_password_that_was_set_anew_counts_and_the_earlier_one_does_not(guarded_kafka: GuardedKafka) -> None:
    earlier, administrator = PASSWORD.format(user="publicity"), kafka_address(guarded_kafka.url("admin"))
    await admit(administrator, {"publicity": "another"})
    await until(lambda: is_shut_out(guarded_kafka.url("publicity")))  # Kafka answers before its broker has heard of it
    assert not await is_shut_out(guarded_kafka.url("publicity", "another"))
    await admit(administrator, {"publicity": earlier})
    await until(lambda: is_shut_out(guarded_kafka.url("publicity", "another")))
    assert not await is_shut_out(guarded_kafka.url("publicity"))


async def is_shut_out(url: str) -> bool:
    """Whether a broker that runs lets nobody in with this password."""
    bus = open_bus(url)
    try:
        await bus.cluster_id()
    except BusDownError:
        return True
    finally:
        await bus.close()
    return False
