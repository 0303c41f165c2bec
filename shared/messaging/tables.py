"""The tables that a service's database needs to send and receive events; they join its own metadata.

outbox          events written with their facts, until the relay has sent them; sent ones are kept for some days.
inbox           events applied; kept for good, since a whole topic may be delivered again years later.
consumer_offset the next offset per partition and cluster, moved in the transaction of the effects.
dead_letter     messages that could not be applied, and later ones of the same key, which wait.
bulk_stream     the position of each bulk stream.
"""

from sqlalchemy import MetaData

from shared.messaging.bulk_stream import bulk_stream_table
from shared.messaging.dead_letters import dead_letter_table
from shared.messaging.inbox import inbox_table
from shared.messaging.offsets import consumer_offset_table
from shared.messaging.outbox import outbox_table


def messaging_tables(metadata: MetaData) -> None:
    """Adds the five tables to a service's metadata."""
    outbox_table(metadata)
    inbox_table(metadata)
    consumer_offset_table(metadata)
    dead_letter_table(metadata)
    bulk_stream_table(metadata)
