"""Who may read and write which topics of Kafka: ``python -m deploy.bus_access`` writes the rules to the cluster.

They follow from the list of services: each writes its own topic and reads those that it subscribes to. Other systems
are named in the call, or with their passwords in MINGLU_BUS_READERS and MINGLU_BUS_REPORTERS (``name:password,…``):
readers read what is public, reporters write the inbound topic and read its answers, nothing else. The address of the
cluster, with a user that Kafka counts among its ``super.users``, is in the variable MINGLU_BUS_ADMIN_URL. Users whose
passwords are given, those of the services in ``MINGLU_<SERVICE>_BUS_PASSWORD``, are made, or get them anew.
``--keep`` stays, and writes again to a cluster that came back empty. A rule that is there already stays; users and
rules of systems that are named no more are taken away with Kafka's own tools.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module

import structlog

from deploy.given import given
from deploy.local.errors import CommandError, WrongUsageError
from deploy.services import SERVICES, role_of
from shared.contracts.catalogue import TOPICS
from shared.messaging.bus import BusDownError
from shared.messaging.kafka import KafkaBus
from shared.messaging.kafka_address import KafkaAddress, kafka_address
from shared.messaging.kafka_users import Rule, admit, allow
from shared.platform.settings import ServiceSettings
from shared.platform.telemetry import configure_logs

log = structlog.get_logger()

ADMIN_URL = "MINGLU_BUS_ADMIN_URL"
READERS, REPORTERS = "MINGLU_BUS_READERS", "MINGLU_BUS_REPORTERS"
PASSWORD = "bus_password"  # noqa: S105  end of a variable's name
"""End of the variable with the password of a service's user."""
WATCH_SECONDS = 5.0
INBOUND = "annual-report.events"
"""What the bureaus' reporting system writes, and the services that hear of reports in another way."""
ANSWERS = "annual-report.answers"
"""What typing answers there."""
INBOUND_WRITERS = frozenset({"typing", "notification"})
PUBLIC = ("recognition.events", "typing.events")
"""The topics that other systems may be given to read."""


def reading(user: str, topics: Iterable[str]) -> set[Rule]:
    """What a consumer needs. There is no rule for consumer groups: ours have none."""
    return {Rule(user, topic, operation) for topic in topics for operation in ("Read", "Describe")}


def writing(user: str, topics: Iterable[str], *, creates: bool) -> set[Rule]:
    """What a producer needs; the services create their topics themselves."""
    operations = ("Write", "Describe", "Create") if creates else ("Write", "Describe")
    return {Rule(user, topic, operation) for topic in topics for operation in operations}


def rules_of(settings: type[ServiceSettings]) -> set[Rule]:
    """The rules of one service; its user is named as its role in the database is."""
    service = import_module(f"{settings.package()}.service").SERVICE
    name = settings.service_name()
    subscriptions = [*service.subscriptions]
    for worker in service.further_workers.values():
        subscriptions += worker.subscriptions
    own = {f"{name}.events"} & set(TOPICS) | ({INBOUND} if name in INBOUND_WRITERS else set())
    own |= {ANSWERS} if name == "typing" else set()
    heard = {topic for subscription in subscriptions for topic in subscription.topics}
    return writing(role_of(name), own, creates=True) | reading(role_of(name), heard)


def all_rules(readers: Sequence[str] = (), reporters: Sequence[str] = ()) -> list[Rule]:
    """The rules of all services and of the other systems."""
    rules = {rule for settings in SERVICES for rule in rules_of(settings)}
    for reader in readers:
        rules |= reading(reader, PUBLIC)
    for reporter in reporters:
        rules |= writing(reporter, [INBOUND], creates=False) | reading(reporter, [ANSWERS])
    return sorted(rules)


def named_in(text: str) -> dict[str, str]:
    """Users of other systems with their passwords, from ``name:password,name:password``."""
    pairs = [one.partition(":") for one in text.split(",") if one]
    if any(not name or not password for name, _, password in pairs):
        raise WrongUsageError("外部系统的用户应写作“名称:密码”，用逗号隔开")
    return {name.strip(): password for name, _, password in pairs}


def passwords_of(environment: Mapping[str, str]) -> dict[str, str]:
    """The users of the services whose passwords are given."""
    named = {role_of(one.service_name()): one.variable(PASSWORD) for one in SERVICES}
    given_passwords = {user: given(variable, environment) for user, variable in named.items()}
    return {user: password for user, password in given_passwords.items() if password}


async def keep(address: KafkaAddress, passwords: Mapping[str, str], rules: Sequence[Rule]) -> None:
    """Writes users and rules, and again whenever the cluster is another one: one that came back empty knows nobody."""
    bus, known = KafkaBus(address), None
    while True:
        try:
            cluster = await bus.cluster_id()
            if cluster != known:
                await write(address, passwords, rules)
                known = cluster
                log.info("bus_access_written", cluster=cluster, users=len(passwords), rules=len(rules))
        except BusDownError as error:
            log.info("bus_down", error=str(error))
        await asyncio.sleep(WATCH_SECONDS)


async def write(address: KafkaAddress, passwords: Mapping[str, str], rules: Sequence[Rule]) -> None:
    """Writes users and rules once, and makes all topics: nobody waits for a service that is not there yet."""
    await admit(address, passwords)
    await allow(address, rules)
    bus = KafkaBus(address)
    try:
        await bus.ensure_topics(TOPICS)
    finally:
        await bus.close()


def main(arguments: Sequence[str]) -> int:
    """Writes users and rules, once or for good; prints the rules where that is asked."""
    parser = argparse.ArgumentParser("python -m deploy.bus_access", description="消息总线的用户和各主题的读写权限。")
    parser.add_argument("--reader", action="append", default=[], help="可以读公开主题的外部系统（用户名）")
    parser.add_argument("--reporter", action="append", default=[], help="可以报送年报事件的外部系统（用户名）")
    parser.add_argument("--show", action="store_true", help="只显示权限，不写入")
    parser.add_argument("--keep", action="store_true", help="一直运行，总线清空后重新写入")
    asked = parser.parse_args(arguments)
    try:
        readers, reporters = named_in(given(READERS) or ""), named_in(given(REPORTERS) or "")
        rules = all_rules([*asked.reader, *readers], [*asked.reporter, *reporters])
        if not asked.keep:
            sys.stdout.writelines(f"{rule.user}\t{rule.operation}\t{rule.topic}\n" for rule in rules)
        if asked.show:
            return 0
        address = administrators_address(given(ADMIN_URL))
        work = keep if asked.keep else write
        configure_logs(service="bus-access")
        asyncio.run(work(address, passwords_of(os.environ) | readers | reporters, rules))
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def administrators_address(url: str | None) -> KafkaAddress:
    """The cluster as its administrator reaches it; WrongUsageError says how the address is written."""
    try:
        return kafka_address(url or "")
    except ValueError:
        written = "kafka+ssl://管理员:密码@主机:端口?ca=根证书文件"
        raise WrongUsageError(f"请在环境变量 {ADMIN_URL} 中给出总线地址：{written}") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
