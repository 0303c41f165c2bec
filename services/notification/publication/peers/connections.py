"""The systems that a platform is connected to, by its settings."""

from collections.abc import Mapping
from typing import Final

from services.notification.peer_urls import PeerUrl, parse_peer
from services.notification.publication.peers import (
    credit_publicity,
    cultivation_platform,
    national_directory,
    province_directory,
)
from services.notification.publication.peers.http_peer import HttpPeer
from services.notification.publication.peers.turns import SharedTurns
from services.notification.publication.peers.wire import WireFormat
from services.notification.publication.systems import System
from services.notification.settings import NotificationSettings
from shared.database.connections import Database

FEW: Final = 5
"""Calls: more than the tasks that call a system"""
FORMATS: Final[Mapping[System, WireFormat]] = {
    one.FORMAT.system: one.FORMAT
    for one in (province_directory, national_directory, credit_publicity, cultivation_platform)
}


def peer_urls_of(settings: NotificationSettings) -> Mapping[System, PeerUrl]:
    """The systems that are set, those that take files only too."""
    urls = {
        System.PROVINCE_DIRECTORY: settings.province_directory,
        System.NATIONAL_DIRECTORY: settings.national_directory,
        System.CREDIT_PUBLICITY: settings.credit_publicity,
        System.CULTIVATION_PLATFORM: settings.cultivation_platform,
    }
    return {system: parse_peer(url) for system, url in urls.items() if url is not None}


def peers_of(settings: NotificationSettings, database: Database) -> Mapping[System, HttpPeer]:
    """An open connection to each system that is set and can be called; whoever asks closes them. All of them, here and
    elsewhere, take turns at a system.
    """
    return {
        system: HttpPeer(FORMATS[system], url, turns_of(database, system, url))
        for system, url in peer_urls_of(settings).items()
        if not url.files_only
    }


def turns_of(database: Database, system: System, url: PeerUrl) -> SharedTurns:
    """A call waits as long as its answer may take, and in any case for a few others."""
    return SharedTurns(database, system, url.per_second, max(2 * url.timeout, FEW / url.per_second))
