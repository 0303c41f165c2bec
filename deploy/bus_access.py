"""Who may read and write which topics of Kafka: ``python -m deploy.bus_access`` writes the rules to the cluster.

They follow from the list of services: each writes its own topic and reads those that it subscribes to. Other systems
are named in the call: readers read what is public, reporters write the inbound topic and read its answers, nothing
else. The address of the cluster, with a user that Kafka counts among its ``super.users``, is in the variable
MINGLU_BUS_ADMIN_URL.
A rule that is there already stays; rules of systems that are named no more are taken away with Kafka's own tools.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module

from deploy.services import SERVICES, role_of
from shared.contracts.catalogue import TOPICS
from shared.messaging.kafka import Rule, allow
from shared.messaging.kafka_address import kafka_address
from shared.platform.secret_files import given_secret
from shared.platform.settings import ServiceSettings

ADMIN_URL = "MINGLU_BUS_ADMIN_URL"
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


def main(arguments: Sequence[str]) -> int:
    """Writes the rules, or prints them where no address is given."""
    parser = argparse.ArgumentParser("python -m deploy.bus_access", description="消息总线各主题的读写权限。")
    parser.add_argument("--reader", action="append", default=[], help="可以读公开主题的外部系统（用户名）")
    parser.add_argument("--reporter", action="append", default=[], help="可以报送年报事件的外部系统（用户名）")
    parser.add_argument("--show", action="store_true", help="只显示，不写入")
    given = parser.parse_args(arguments)
    rules = all_rules(given.reader, given.reporter)
    sys.stdout.writelines(f"{rule.user}\t{rule.operation}\t{rule.topic}\n" for rule in rules)
    if given.show:
        return 0
    url = given_secret(os.environ, ADMIN_URL)
    if not url:
        sys.stderr.write(
            f"请在环境变量 {ADMIN_URL} 中给出总线地址：kafka+ssl://管理员:密码@主机:端口?ca=根证书文件。\n"
        )
        return 2
    asyncio.run(allow(kafka_address(url), rules))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
