"""`Sessions`: begins, finds and ends them, and keeps what was filled in when one had ended."""

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy.ext.asyncio import AsyncSession

from services.portal.sessions import repository
from services.portal.sessions.models import BrowserSession, KeptForm
from services.portal.sessions.signed_in import SignedIn, form_token, new_secret, session_id
from services.portal.settings import PortalSettings
from shared.database.connections import Database
from shared.platform.identity import Caller, Identity, Role
from shared.platform.problems import Problem
from shared.platform.sealed_fields.values import PersonalText, SealedFieldUnreadable
from shared.platform.sealed_fields.vault import Vault, place_of

Fields = Sequence[tuple[str, str]]
"""A form's names and values, in its order"""
DEVICES = (
    ("MicroMessenger", "微信"),
    ("iPad", "平板电脑"),
    ("iPhone", "苹果手机"),
    ("Android", "安卓手机或平板"),
    ("Mobile", "手机"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)
"""By what browsers say of themselves (`User-Agent`), the first that is found"""


@dataclass(frozen=True)
class Tokens:
    """What the identity provider gave for somebody."""

    access: str
    name: str


class Sessions:
    """The sessions of one portal."""

    def __init__(self, settings: PortalSettings, database: Database) -> None:
        self._settings, self._database = settings, database
        self._vault = Vault.of(settings.vault_keys)

    async def begin(
        self, session: AsyncSession, caller: Caller, tokens: Tokens, replaced: str | None, user_agent: str
    ) -> str:
        """A new session under a new secret, which is returned; the browser's earlier one ends."""
        if replaced:
            await repository.end(session, session_id(replaced))
        secret = new_secret()
        operators = Role.OPERATOR in caller.roles
        idle = self._settings.idle_minutes_of_operators if operators else self._settings.idle_minutes_of_staff
        row = BrowserSession(
            id=session_id(secret),
            subject=caller.subject,
            device=device_of(user_agent),
            idle_seconds=int(idle * 60),
            ends_at=dt.datetime.now(dt.UTC) + dt.timedelta(hours=self._settings.longest_session_hours),
        )
        said = json.dumps([tokens.access, tokens.name])
        row.tokens = self._vault.seal(place_of(row, BrowserSession.tokens), PersonalText(said))
        session.add(row)
        return secret

    async def find(self, secret: str, identity: Identity) -> SignedIn | None:
        """Who is signed in under a secret; None once the session, or the token in it, has run out. 503 while tokens
        cannot be checked: nobody is signed out because of that.
        """
        key = session_id(secret)
        stored = await repository.find(self._database, key)
        if stored is None or not stored.lasts:
            return None
        place = place_of(BrowserSession(id=key), BrowserSession.tokens)
        try:
            access, name = json.loads(self._vault.open(place, stored.tokens).reveal())
            caller = await identity.caller_of(f"Bearer {access}")
        except SealedFieldUnreadable:
            return None
        except Problem as problem:
            if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
                raise
            return None
        if stored.unseen:
            await repository.note_seen(self._database, key)
        return SignedIn(key, caller, access, form_token(secret), name)

    async def end(self, session: AsyncSession, secret: str) -> None:
        """Sign out with the browser that holds a secret."""
        await repository.end(session, session_id(secret))

    async def of(self, session: AsyncSession, subject: str) -> Sequence[BrowserSession]:
        """Where a person is signed in, the last sign-in first."""
        return await repository.lasting(session, subject)

    async def end_by_key(self, session: AsyncSession, key: str) -> None:
        """Sign out one of those."""
        await repository.end(session, key)

    async def end_all(self, session: AsyncSession, subject: str) -> None:
        """Sign a person out everywhere."""
        await repository.end_all(session, subject)

    async def keep_form(self, secret: str, path: str, fields: Fields) -> uuid.UUID | None:
        """Keep what was filled in under a session that has ended; None if it is unknown whose it is."""
        stored = await repository.find(self._database, session_id(secret))
        if stored is None:
            return None
        row = KeptForm(id=uuid.uuid4(), subject=stored.subject, path=path)
        row.fields = self._vault.seal(place_of(row, KeptForm.fields), PersonalText(json.dumps(list(fields))))
        async with self._database.transaction() as session:
            session.add(row)
        return row.id

    async def kept_form(self, session: AsyncSession, form_id: uuid.UUID, subject: str) -> tuple[str, Fields] | None:
        """Where a kept form goes, and what is in it; for the person who filled it in alone."""
        row = await repository.kept_form(session, form_id, subject)
        if row is None:
            return None
        opened = self._vault.open(place_of(row, KeptForm.fields), row.fields)
        return row.path, [(str(name), str(value)) for name, value in json.loads(opened.reveal())]

    async def forget_old(self) -> None:
        """Delete what has ended long ago."""
        await repository.forget_old(self._database)


def device_of(user_agent: str) -> str:
    """What its person knows it by. No more of the header is kept: with every detail it would tell people apart."""
    for mark, device in DEVICES:
        if mark in user_agent:
            return device
    return ""


def cookie_name(settings: PortalSettings) -> str:
    """Browsers take `__Host-` only over https, and old ones no secure cookie from a loopback address."""
    return "__Host-minglu" if settings.is_https else "minglu"
