"""What a service's role may do in its database, which belongs to another role: that of the migrations.

A service reads and writes rows, and may have them analysed. It cannot change tables, triggers or functions, and writes
the audit through `audit_append` alone: whoever has taken over a service cannot alter what it has done before. The
auditor's role reads the audit and nothing else. `grant` says so after every migration; doing it twice is harmless.

A table whose partitions the service makes itself belongs to the service: `{"info": {MADE_BY_SERVICE: "its schema"}}`
among the table's arguments names the schema that the partitions are in.
"""

import re
from collections.abc import Iterator

from sqlalchemy import Connection, MetaData, text

MADE_BY_SERVICE = "partitions_made_by_service"
AUDITOR = "minglu_auditor"
"""The one role that reads the audits of all services; it may be missing."""
AUDIT = ("audit_entry", "audit_chain")
HISTORIES = ("alembic_version", "platform_version")
ROLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
APPEND = "audit_append(text, timestamptz, text[], text[], text[], text[], text[], text[])"


def grant(connection: Connection, role: str, metadata: MetaData) -> None:
    """Gives the service's role what it needs in the database of the connection, whose role owns everything."""
    if not ROLE_NAME.fullmatch(role):
        raise ValueError("a role's name has lower-case letters, digits and underscores only")
    if connection.scalar(text("SELECT current_user")) == role:
        return  # one role for both, as on a developer's machine
    for statement in (*_of_service(role), *_of_partitioned(role, metadata)):
        connection.execute(text(statement))
    if connection.scalar(text("SELECT count(*) FROM pg_roles WHERE rolname = :name"), {"name": AUDITOR}):
        connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {AUDITOR}"))
        connection.execute(text(f"GRANT SELECT ON {', '.join(AUDIT)} TO {AUDITOR}"))


def _of_service(role: str) -> Iterator[str]:
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE, MAINTAIN ON ALL TABLES IN SCHEMA public TO {role}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
    yield f"REVOKE INSERT, UPDATE, DELETE, MAINTAIN ON {', '.join((*AUDIT, *HISTORIES))} FROM {role}"
    yield f"REVOKE EXECUTE ON FUNCTION {APPEND} FROM PUBLIC"
    yield f"GRANT EXECUTE ON FUNCTION {APPEND} TO {role}"


def _of_partitioned(role: str, metadata: MetaData) -> Iterator[str]:
    """Makes the service the owner, for which it must be allowed to create tables beside it for a moment."""
    for table in metadata.sorted_tables:
        schema = table.info.get(MADE_BY_SERVICE)
        if schema is not None:
            yield f"GRANT CREATE ON SCHEMA public TO {role}"
            yield f"ALTER TABLE {table.name} OWNER TO {role}"
            yield f"REVOKE CREATE ON SCHEMA public FROM {role}"
            yield f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {role}"
            yield _PARTITIONS.format(table=table.name, role=role)


_PARTITIONS = """
    DO $$ DECLARE part regclass; BEGIN
        FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = '{table}'::regclass
        LOOP EXECUTE format('ALTER TABLE %s OWNER TO {role}', part); END LOOP;
    END $$
"""
