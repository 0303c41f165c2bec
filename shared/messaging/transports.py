"""Opens the transport that an address names; only that one is imported."""

from shared.messaging.bus import Bus


def open_bus(url: str) -> Bus:
    """The bus at `kafka://host:port,host:port` or `postgresql://…` (a separate database). ValueError for other URLs."""
    scheme, _, rest = url.partition("://")
    if scheme == "kafka":
        from shared.messaging.kafka import KafkaBus

        return KafkaBus(rest)
    if scheme in {"postgresql", "postgresql+asyncpg"}:
        from shared.messaging.embedded_log import EmbeddedLog

        return EmbeddedLog(f"postgresql://{rest}")
    raise ValueError("a bus is kafka://host:port or postgresql://…")
