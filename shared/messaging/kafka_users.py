"""Who may use a Kafka cluster, and for what: users with SCRAM passwords, and rules per topic.

Kafka keeps both in the cluster itself: one that came back empty knows nobody until they are written again. aiokafka has
no call that sets passwords; the request is the one of Kafka's own protocol (key 51).
"""

import hashlib
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple, TypeAlias

from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.admin import CreateAclsRequest
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import CompactArray, CompactBytes, CompactString, Int8, Int16, Int32, Schema, TaggedFields

from shared.messaging.kafka import kafka_errors_as_bus_errors
from shared.messaging.kafka_address import KafkaAddress

OPERATIONS: Mapping[str, int] = {"Read": 3, "Write": 4, "Create": 5, "Describe": 8}
"""Kafka's numbers of the operations on a topic."""
TOPIC, LITERAL, ALLOW = 2, 3, 3
SCRAM_SHA_512 = 2
ITERATIONS = 8192


class Rule(NamedTuple):
    """One user may do one thing with one topic."""

    user: str
    topic: str
    operation: str


class _SetPasswordsAnswer(Response):  # type: ignore[misc]  # aiokafka has no types
    API_KEY, API_VERSION = 51, 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "results",
            CompactArray(
                ("user", CompactString("utf-8")),
                ("error_code", Int16),
                ("error_message", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _SetPasswordsV0(RequestStruct):  # type: ignore[misc]  # aiokafka has no types
    FLEXIBLE_VERSION = True
    API_KEY, API_VERSION = 51, 0
    RESPONSE_TYPE = _SetPasswordsAnswer
    SCHEMA = Schema(
        ("deletions", CompactArray(("name", CompactString("utf-8")), ("mechanism", Int8), ("tags", TaggedFields))),
        (
            "upsertions",
            CompactArray(
                ("name", CompactString("utf-8")),
                ("mechanism", Int8),
                ("iterations", Int32),
                ("salt", CompactBytes),
                ("salted_password", CompactBytes),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


_Versions: TypeAlias = _SetPasswordsV0


class _SetPasswords(Request[_Versions]):  # type: ignore[misc]  # aiokafka has no types
    API_KEY = 51

    def __init__(self, passwords: Mapping[str, str]) -> None:
        self._users = [_salted(user, password) for user, password in sorted(passwords.items())]

    def build(self, request_struct_class: type[_Versions]) -> _Versions:
        return request_struct_class([], self._users, {})


def _salted(user: str, password: str) -> tuple[str, int, int, bytes, bytes, dict[int, bytes]]:
    """What the cluster keeps of a password: nobody can sign in with it (RFC 5802)."""
    salt = secrets.token_bytes(32)
    salted = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    return user, SCRAM_SHA_512, ITERATIONS, salt, salted, {}


async def admit(address: KafkaAddress, passwords: Mapping[str, str]) -> None:
    """Makes users, or sets their passwords anew. RuntimeError if Kafka refuses one, BusDownError if it is down."""
    if not passwords:
        return
    async with _administrator(address) as client:
        answer = await client.send(client.get_random_node(), _SetPasswords(passwords))
        for result in answer.to_object()["results"]:
            if result["error_code"]:
                raise RuntimeError(f"{result['user']}: {result['error_message']}")


async def allow(address: KafkaAddress, rules: Iterable[Rule]) -> None:
    """Writes the rules to the cluster. RuntimeError if Kafka refuses one, BusDownError if it is down."""
    async with _administrator(address) as client:
        for rule in rules:
            request = CreateAclsRequest(
                TOPIC, rule.topic, LITERAL, f"User:{rule.user}", "*", OPERATIONS[rule.operation], ALLOW
            )
            answer = await client.send(client.get_random_node(), request)
            [result] = answer.to_object()["creation_responses"]
            if result["error_code"]:
                raise RuntimeError(f"{rule}: {result['error_message']}")


@asynccontextmanager
async def _administrator(address: KafkaAddress) -> AsyncIterator[AIOKafkaClient]:
    client = AIOKafkaClient(**address.client_options())
    try:
        async with kafka_errors_as_bus_errors(60):
            await client.bootstrap()
            yield client
    finally:
        await client.close()
