"""Settings of the notification service: the common ones and its own, all under ``MINGLU_NOTIFICATION_``."""

import datetime as dt
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, FilePath, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from services.notification.peer_urls import CalledPeerAddress, PeerAddress
from services.notification.provider_urls import EmailProviderUrl, SmsProviderUrl, parse_provider
from shared.platform.sealed_fields.keys import VaultKeys
from shared.platform.settings import ServiceSettings

KEPT_DAYS: Mapping[str, int] = {
    "duty": 1825,
    "typing": 730,
    "season": 365,
    "recognition": 1095,
    "objection": 1095,
    "support": 365,
    "work": 365,
}


class NotificationSettings(ServiceSettings):
    """Environment variables of the notification service and its worker."""

    model_config = SettingsConfigDict(env_prefix="MINGLU_NOTIFICATION_", extra="ignore", frozen=True)

    title: ClassVar[str] = "名录 · 通知"
    further_workers: ClassVar[tuple[str, ...]] = ("publisher",)

    service: str = "notification"
    port: int = Field(default=8004, ge=0, le=65535)

    vault_keys: VaultKeys
    """Keys that phones and e-mail addresses are sealed under"""

    largest_contact_delivery: int = Field(default=2**28, ge=1)
    """Bytes of one delivery of contacts, which is held in memory until it is counted in"""
    full_delivery_least_accepted: float = Field(default=0.5, ge=0, le=1)
    """Share of its rows that a full delivery of contacts must be accepted with to remove what it does not name"""
    removal_share: float = Field(default=0.1, ge=0, le=1)
    """A full delivery that would remove more than this share of a region's contacts waits for an officer's word"""
    removal_least: int = Field(default=5, ge=0)
    """… if it would remove at least so many"""
    contact_memory: str = "800MB"
    """Memory for checking one delivery of contacts; what needs more is refused, since nothing of it may go to a disk"""
    sample_contacts: bool = False
    """Whether the made-up phones (12…) and e-mails (@example.invalid) of samples are taken; demonstrations only"""

    letter_after_days: int = Field(default=7, ge=0)
    """Days after which an unread duty or decision that no channel delivered is on the county's list for personal
    service; no text gives this number"""
    letters_not_for: tuple[str, ...] = ("n01-annual-report-due",)
    """Rules that remind everybody of what a text says anyway: not on that list"""

    oldest_event_days: int = Field(default=14, ge=1)
    """Nobody is told of an event that is older: a new consumer and a bus that was wiped read all events again"""

    webhook_hosts: tuple[str, ...] = ()
    """Domains, with all below them, that webhooks may be sent to, as a JSON list; none: no webhooks"""

    webhook_ports: tuple[Annotated[int, Field(ge=1, le=65535)], ...] = (443, 8443)
    """Ports that webhooks may be sent to"""

    webhook_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """Networks whose addresses are allowed though they are not public, such as the government's own"""

    webhook_plain_http: bool = False
    """Whether webhooks may be sent without TLS; sandboxes only"""

    webhook_ca_file: FilePath | None = None
    """Certificates of the authorities that receivers' certificates are checked against; none: the system's"""

    webhook_pauses: tuple[float, ...] = (5, 300, 1800, 7200, 18000, 36000, 86400, 108000)
    """Seconds between the tries of one delivery: with the first, nine tries within three days"""

    webhook_longest_rest: float = Field(default=1800.0, gt=0)
    """Seconds until a receiver that fails is tried again with whatever waits, at the latest"""

    webhook_seconds: float = Field(default=15.0, gt=0)
    """How long a receiver may take to answer"""

    webhook_at_once: int = Field(default=8, ge=1, le=100)
    """Calls to one subscription at the same time; one while it is failing"""

    webhook_disabled_after_days: int = Field(default=5, ge=1)
    """A subscription without a success for so long is not sent to any more"""

    webhook_kept_days: int = Field(default=30, ge=1)
    """How long deliveries are kept to be looked at and replayed; not shorter than `oldest_event_days`"""

    webhook_overlap_hours: int = Field(default=24, ge=0, le=24 * 30)
    """How long a webhook's old secret still signs beside the new one"""

    kept_days: Mapping[str, Annotated[int, Field(ge=30)]] = KEPT_DAYS
    """Days after which words and recipient of a notification go, by its category, as a JSON object; categories that it
    does not name have the default. What proves the delivery stays, and whatever was served in person. 个人信息保护法
    第十九条 asks for the shortest time that is needed; no text gives the numbers, so they are unverified (未核对)
    """
    dead_listed_days: int = Field(default=180, ge=30)
    """Days for which a message that failed or expired, or whose end nobody knows, is listed and may be sent again; then
    its words go. No text gives the number: unverified (未核对)"""
    traces_kept_days: int = Field(default=90, ge=30)
    """Days for which events are kept that were told to many, were too old or serve as samples; more than
    `oldest_event_days`, or the same would be told again. No text gives the number: unverified (未核对)"""

    most_repeats: int = Field(default=5, ge=1, le=50)
    """How often an officer may have the same notification sent again; then it is served in person"""

    repeat_hours: int = Field(default=72, ge=1)
    """How long the messages of a repetition may still be handed over"""

    sms_first: SmsProviderUrl | None = None
    """The SMS gateway that is tried first (`provider_urls`); none: no SMS, what is told stays in the inbox"""
    sms_fallback: SmsProviderUrl | None = None
    """The SMS gateway after a definite refusal of the first; may be none"""
    email_first: EmailProviderUrl | None = None
    """The mail server that is tried first; none: no e-mail"""
    email_fallback: EmailProviderUrl | None = None
    """The mail server after a definite refusal of the first; may be none"""

    digest_at: dt.time = dt.time(8, 30)
    """When the digests of a working day are made, by China's clocks"""

    digest_days_ahead: int = Field(default=3, ge=0, le=30)
    """What is due within so many working days is listed as due soon; in a department's week:"""
    digest_week_ahead: int = Field(default=5, ge=0, le=60)

    digest_overdue_days: int = Field(default=30, ge=1, le=400)
    """What is overdue is listed for so many days; what nobody has ended by then has climbed to the superior long ago"""

    delivery_slots: int = Field(default=48, ge=2, le=500)
    """Calls of providers at once, per channel and worker process"""
    delivery_urgent_slots: int = Field(default=12, ge=1)
    """Of these, the ones that are kept for urgent messages"""
    delivery_poll: float = Field(default=0.5, gt=0)
    """Seconds until an empty queue is looked at again"""
    delivery_lease: float = Field(default=60, gt=0)
    """Seconds after which a hand-over that was not marked is taken up by another worker; a call has half of them"""
    delivery_first_pause: float = Field(default=5, gt=0)
    """Seconds after which a message is tried again; doubles each time"""
    delivery_longest_pause: float = Field(default=1800, gt=0)
    """The longest of these pauses, in seconds"""
    delivery_asked_after: float = Field(default=600, gt=0)
    """Seconds after which a provider is asked about a message whose receipt has not come"""
    delivery_asks: int = Field(default=3, ge=0)
    """How often a provider is asked about a message that it may or may not have, before nobody knows"""
    delivery_key_hours: float = Field(default=24, gt=0)
    """How long a provider that takes keys surely remembers them: a later repetition might be sent twice"""
    delivery_failures: int = Field(default=10, ge=1)
    """Failures in a row after which a provider is left alone"""
    delivery_provider_pause: float = Field(default=15, gt=0)
    """Seconds until a provider that was left alone is tried with one message; doubles each time"""
    receipt_days: int = Field(default=3, ge=1)
    """How long a receipt waits for a message that nobody knows yet"""
    replay_hours: int = Field(default=72, ge=1)
    """How long a message that an officer has sent again is tried"""

    province_directory: PeerAddress | None = None
    """The province's directory, 省级个体工商户名录 (`peer_urls`); none: nothing is published there"""
    national_directory: PeerAddress | None = None
    """The national directory, 全国“个体工商户名录”; may be none"""
    credit_publicity: PeerAddress | None = None
    """The credit publicity system, 国家企业信用信息公示系统; may be none"""
    cultivation_platform: PeerAddress | None = None
    """The cultivation platform, “名特优新”个体工商户培育平台; may be none"""
    legal_person_base: CalledPeerAddress | None = None
    """The national base of legal persons, 国家法人库, with which the copy of households is compared; may be none"""

    publication_batch_rows: int = Field(default=5_000, ge=1)
    """Records of one batch for a national system; a correction of one of them waits until the batch is over"""
    publication_open_batches: int = Field(default=4, ge=1, le=100)
    """Batches that a system may be working on at once; urgent ones are counted apart"""
    publication_poll: float = Field(default=0.5, gt=0)
    """Seconds until it is looked again whether anything waits for a system"""
    publication_first_pause: float = Field(default=2, gt=0)
    """Seconds until a system is called again after a call that led nowhere; doubles each time"""
    publication_longest_pause: float = Field(default=300, gt=0)
    """The longest of these pauses, in seconds; also the rest after several batches that were refused as a whole"""
    publication_longest_wait: float = Field(default=21_600, gt=0)
    """Seconds for which a system that says when to come back is left alone at most"""
    publication_first_ask: float = Field(default=1, gt=0)
    """Seconds until a system that works on a batch is asked about it; grows with the time that it takes"""
    publication_longest_ask: float = Field(default=60, gt=0)
    """The longest of these pauses, in seconds"""
    publication_longest_call: float = Field(default=120, gt=0)
    """Seconds after which nobody knows whether a system took a call, whatever time-out its address names"""

    publication_stuck_hours: float = Field(default=2, gt=0)
    """A batch that a system has had for so many hours and has not ended is stuck: an alarm is raised, what follows does
    not wait for it any longer, and the province may end it. No text gives the number: unverified (未核对)"""

    @field_validator("kept_days", mode="after")
    @classmethod
    def every_category_has_a_term(cls, said: Mapping[str, int]) -> Mapping[str, int]:
        """Those that are not named have the default."""
        if unknown := sorted(said.keys() - KEPT_DAYS.keys()):
            raise ValueError(f"no category of notifications: {', '.join(unknown)}")
        return {**KEPT_DAYS, **said}

    @model_validator(mode="after")
    def traces_outlast_events(self) -> Self:
        """What was told to many is known by its trace until its event is too old to be told."""
        if self.traces_kept_days <= self.oldest_event_days:
            raise ValueError("traces_kept_days must be more than oldest_event_days")
        return self

    @field_validator(
        *("sms_first", "sms_fallback", "email_first", "email_fallback", "province_directory", "national_directory"),
        *("credit_publicity", "cultivation_platform", "legal_person_base"),
        *("handed_in_applications_key", "handed_in_objections_key"),
        mode="before",
    )
    @classmethod
    def empty_is_none(cls, value: object) -> object:
        """Compose hands on a variable that is not set as an empty one."""
        return value or None

    @model_validator(mode="after")
    def providers_differ(self) -> Self:
        """Rows and receipts name a provider by its name alone."""
        set_ = (self.sms_first, self.sms_fallback, self.email_first, self.email_fallback)
        names = [parse_provider(one).name for one in set_ if one is not None]
        if len(set(names)) < len(names):
            raise ValueError("two providers share a name: give one of them another (?name=…)")
        for first, fallback, channel in ((*set_[:2], "SMS"), (*set_[2:], "e-mail")):
            if fallback is not None and first is None:
                raise ValueError(f"{channel} has a fallback but no first provider")
        return self

    handed_in_applications_key: str | None = None
    """Public key (JWK) of recognition, for which applications from the national systems are sealed; none: they wait"""
    handed_in_objections_key: str | None = None
    """Public key (JWK) of the objection service, for which objections from there are sealed; none: they wait"""
    hand_in_seconds: float = Field(default=60, gt=0)
    """Pause between two rounds of reading what was handed in at the national systems"""
    reconciliation_at: dt.time | None = dt.time(2, 30)
    """When each system is reconciled, by China's clocks; none: only when an officer orders it"""
    reconciliation_patience_hours: float = Field(default=12, gt=0)
    """How long a round may last that cannot read a system"""
    reconciliation_pause: float = Field(default=60, gt=0)
    """Seconds until a system that could not be read is tried again"""
    reconciliation_settle: float = Field(default=60, ge=0)
    """What a system has acknowledged within so many seconds is not compared: it may show it a little later"""
    reconciliation_repairs: tuple[Literal["missing", "extra", "older", "different"], ...] = ("missing", "older")
    """Kinds of differences that are repaired without an officer, as a JSON list"""
    reconciliation_most_repairs: int = Field(default=20_000, ge=0)
    """Where a round finds more of them an officer looks first: the system's answer may be wrong"""
    reconciliation_most_withdrawals: int = Field(default=100, ge=0)
    """Records that an approver may have withdrawn from a system by one order, where it holds too much"""
    reconciliation_poll: float = Field(default=5, gt=0)
    """Seconds until the worker looks again whether there is something to reconcile"""
    base_check_days: tuple[Annotated[int, Field(ge=1, le=28)], ...] = (1,)
    """Days of the month on which households are checked against the national base of legal persons, as a JSON list"""

    household_wait_hours: int = Field(default=24, ge=1)
    """How long an event waits for a household that is not known yet; then the household itself is told, by its code"""

    publication_warned_hours: int = Field(default=72, ge=0, le=24 * 60)
    """A run of which the national directory has taken nothing so far counts as late once so few hours are left"""
    publication_ask_seconds: float = Field(default=5, gt=0, le=60)
    """How long a system may take when an officer asks what it says of a household"""
