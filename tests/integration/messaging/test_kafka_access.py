"""Kafka with TLS, passwords and rules per topic: who may not write a topic cannot, and nobody comes in unverified."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from deploy.bus_access import all_rules, write
from deploy.certificates import write_certificates
from shared.messaging.bus import Bus, BusDownError, Record
from shared.messaging.kafka_address import kafka_address
from shared.messaging.kafka_users import admit
from shared.messaging.transports import open_bus
from tests.fixtures.kafka_broker import KafkaBroker
from tests.fixtures.waiting import PATIENCE

pytestmark = pytest.mark.kafka

HOST = "127.0.0.1"
USERS = ("minglu_typing", "minglu_recognition", "publicity", "bureau")
PASSWORD = "synthetic-{user}"
GUARDED = """
listeners=SASL_SSL://127.0.0.1:{{port}},CONTROLLER://127.0.0.1:{{controller}}
advertised.listeners=SASL_SSL://127.0.0.1:{{port}}
listener.security.protocol.map=SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=SASL_SSL
sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \
username="admin" password="synthetic-admin";
ssl.keystore.type=PEM
ssl.keystore.location={folder}/keystore.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/ca.pem
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin;User:ANONYMOUS
"""
"""ANONYMOUS is the controller's listener, within one process here."""


class GuardedKafka:
    """A broker that lets in whom it knows, and what its CA is."""

    def __init__(self, broker: KafkaBroker, ca: Path) -> None:
        self.broker, self.ca = broker, ca

    def url(self, user: str, password: str | None = None) -> str:
        return f"kafka+ssl://{user}:{password or PASSWORD.format(user=user)}@{self.broker.address}?ca={self.ca}"

    @asynccontextmanager
    async def bus(self, user: str) -> AsyncIterator[Bus]:
        bus = open_bus(self.url(user))
        yield bus
        await bus.close()


@pytest.fixture(scope="module")
def guarded_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedKafka]:
    folder = tmp_path_factory.mktemp("guarded")
    write_certificates(folder, [HOST])
    key, certificate = ((folder / f"{HOST}{end}.pem").read_text() for end in ("-key", ""))
    (folder / "keystore.pem").write_text(key + certificate)
    administrator = f"SCRAM-SHA-512=[name=admin,password={PASSWORD.format(user='admin')}]"
    broker = KafkaBroker(folder / "kafka", formatting=("--add-scram", administrator))
    broker.configure(GUARDED.format(folder=folder))
    broker.start()
    guarded = GuardedKafka(broker, folder / "ca.pem")
    passwords = {user: PASSWORD.format(user=user) for user in USERS}
    asyncio.run(write(kafka_address(guarded.url("admin")), passwords, all_rules(["publicity"], ["bureau"])))
    yield guarded
    broker.kill()


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
    async with guarded_kafka.bus("publicity") as shut_out:
        with pytest.raises(BusDownError):
            await shut_out.cluster_id()
    let_in = open_bus(guarded_kafka.url("publicity", "another"))
    assert await let_in.cluster_id()
    await let_in.close()
    await admit(administrator, {"publicity": earlier})
