"""What can be refused about any objection."""

from shared.platform.errors import Conflict, NotFound
from shared.platform.state_machine import IllegalTransition


class ObjectionNotFound(NotFound):
    """No such objection that the caller may see."""

    slug, what = "objection-not-found", "这件异议"


class StepNotPossible(IllegalTransition):
    """The objection's state does not allow the step; `possible` lists what it allows, and who may do that."""

    slug, title = "state", "目前不能这样办理"


class ObjectionBarred(Conflict):
    """It cannot be accepted: late, or not the objector's to file. Decline it with the reason that is given."""

    slug, title = "objection-barred", "不能受理"


class ContestedUnheard(Conflict):
    """What the objection is against has not been heard of."""

    slug, title = "contested-unheard", "还没有收到所对的决定"
    detail = "平台还没有收到这件异议所对的决定的消息，收到并核对后才能受理；确实没有这项决定的，可以不予受理。"
