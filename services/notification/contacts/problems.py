"""What can be refused about contacts."""

from shared.platform.errors import Conflict, Invalid, NotFound


class ContactHouseholdNotFound(NotFound):
    """No household with this code in the caller's region."""

    slug, what = "household-not-found", "这一户"


class PhoneInvalid(Invalid):
    """What was given as a phone is none."""

    slug, title = "phone-invalid", "不是电话号码"
    detail = "电话号码不对：应为11位手机号码，或带区号的固定电话。"


class EmailInvalid(Invalid):
    """What was given as an e-mail is none."""

    slug, title = "email-invalid", "不是电子邮箱地址"
    detail = "电子邮箱地址不对：应写成name@example.com的样子。"


class ConsentMissing(Invalid):
    """A phone or e-mail without the consent to use it."""

    slug, title = "consent-missing", "没有同意"
    detail = "填写电话或电子邮箱，须先阅读告知文字并同意：请在 consent 中写明读到的文字版本。"


class ConsentWordsChanged(Conflict):
    """The consent names words that are not those in force."""

    slug, title = "consent-words-changed", "告知文字已更新"
    detail = "告知文字已更新，请重新阅读后再同意。"


class DutyCannotBeOptedOut(Invalid):
    """Of what a text obliges a bureau to tell nobody can opt out."""

    slug, title = "duty-cannot-be-opted-out", "不能退订"
    detail = "依规定或办理程序必须告知的事项不能退订；可以撤回同意，改由站内通知或书面送达。"


class MailboxNotFound(NotFound):
    """No mailbox of this department is kept for the region."""

    slug, what = "mailbox-not-found", "这个部门的联系方式"


class NothingDelivered(NotFound):
    """Neither a delivered nor an own contact of the household is stored."""

    slug, what = "contact-not-found", "这一户的联系方式"
