"""Opens the transport that an address names; only that one is imported."""

from shared.messaging.bus import Bus


def open_bus(url: str) -> Bus:
    """The bus at `kafka://…`, `kafka+ssl://…` (`kafka_address`) or `postgresql://…`, a separate database. ValueError
    for other URLs.
    """
    scheme, _, rest = url.partition("://")
    if scheme in {"kafka", "kafka+ssl"}:
        from shared.messaging.kafka import KafkaBus
        from shared.messaging.kafka_address import kafka_address

        return KafkaBus(kafka_address(url))
    if scheme in {"postgresql", "postgresql+asyncpg"}:
        from shared.messaging.embedded_log import EmbeddedLog

        return EmbeddedLog(f"postgresql://{rest}")
    raise ValueError("a bus is kafka://host:port, kafka+ssl://user:password@host:port or postgresql://…")
