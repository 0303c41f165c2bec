"""How the URL of Kafka is read: nothing goes to another machine in the clear or to a broker nobody verified."""

import ssl
from pathlib import Path

import pytest

from deploy.bus_access import ADMIN_URL, INBOUND, all_rules, main, named_in, passwords_of
from deploy.local.errors import WrongUsageError
from shared.contracts.catalogue import TOPICS
from shared.messaging.kafka_address import kafka_address
from shared.messaging.kafka_users import Rule

PLACE = "minglu:s3cret@bus.example.test:9094"


def test_a_bus_on_this_machine_needs_no_tls() -> None:
    for host in ("127.0.0.1", "localhost", "[::1]"):
        assert kafka_address(f"kafka://{host}:9092").client_options() == {"bootstrap_servers": f"{host}:9092"}


def test_a_private_network_has_to_be_named_as_such() -> None:
    assert kafka_address("kafka://kafka:9092?network=private").servers == "kafka:9092"


def test_a_bus_elsewhere_is_verified_and_asked_in_with_a_password() -> None:
    address = kafka_address("kafka+ssl://minglu:p%40%3A@one.test:9094,two.test:9094")
    options = address.client_options()
    assert options["bootstrap_servers"] == "one.test:9094,two.test:9094"
    assert (options["security_protocol"], options["sasl_mechanism"]) == ("SASL_SSL", "SCRAM-SHA-512")
    assert (options["sasl_plain_username"], options["sasl_plain_password"]) == ("minglu", "p@:")
    assert address.tls is not None
    assert address.tls.verify_mode == ssl.CERT_REQUIRED
    assert address.tls.check_hostname
    assert "p@:" not in repr(address)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("kafka://bus.example.test:9092", "without TLS only a bus on this machine"),
        ("kafka://127.0.0.1:9092,bus.example.test:9092", "without TLS only a bus on this machine"),
        ("kafka://bus.example.test:9092?network=public", "network is private"),
        (f"kafka://{PLACE}", "never sent in the clear"),
        (f"kafka://{PLACE}?network=private", "never sent in the clear"),
        (f"kafka+ssl://{PLACE}?network=private", "options of the bus's URL"),
        (f"kafka+ssl://{PLACE}?ca=/a.pem&ca=/b.pem", "options of the bus's URL"),
        (f"kafka+ssl://{PLACE}?ca=/nowhere/ca.pem", "ca is no readable file"),
        ("kafka+ssl://bus.example.test:9094", "is needed"),
        ("kafka+ssl://s3cret@bus.example.test:9094", "is needed"),
        ("kafka+ssl://minglu:s3cret@bus.example.test", "is needed"),
        ("rabbit://s3cret", "is needed"),
    ],
)
def test_a_wrong_url_is_refused_with_what_would_be_right_and_without_its_password(url: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        kafka_address(url)
    assert "s3cret" not in str(refused.value)


def test_a_file_without_certificates_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(ValueError, match="ca is no readable file"):
        kafka_address(f"kafka+ssl://{PLACE}?ca={tmp_path}/ca.pem")


def test_every_topic_has_one_writer_but_the_inbound_one() -> None:
    writers = {topic: {rule.user for rule in all_rules() if rule[1:] == (topic, "Write")} for topic in TOPICS}
    assert {topic for topic, users in writers.items() if len(users) != 1} == {INBOUND}
    assert Rule("bureau", INBOUND, "Write") in all_rules(reporters=["bureau"])
    assert {rule.operation for rule in all_rules(readers=["publicity"]) if rule.user == "publicity"} == {
        "Read",
        "Describe",
    }


def test_other_systems_are_named_with_their_passwords() -> None:
    assert named_in("publicity:one,bureau:t:wo") == {"publicity": "one", "bureau": "t:wo"}
    assert named_in("") == {}
    for wrong in ("publicity", ":s3cret", "publicity:,bureau:s3cret"):
        with pytest.raises(WrongUsageError, match="名称:密码") as refused:
            named_in(wrong)
        assert "s3cret" not in str(refused.value)


def test_services_get_users_where_a_password_is_given() -> None:
    assert passwords_of({"MINGLU_TYPING_BUS_PASSWORD": "one", "MINGLU_PORTAL_BUS_PASSWORD": ""}) == {
        "minglu_typing": "one"
    }


def test_without_an_address_the_command_says_how_it_is_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ADMIN_URL, raising=False)
    assert main([]) == 2
    assert ADMIN_URL in capsys.readouterr().err
