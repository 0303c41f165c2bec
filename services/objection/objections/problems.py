"""What can be refused about any objection."""

from shared.platform.errors import NotFound
from shared.platform.state_machine import IllegalTransition


class ObjectionNotFound(NotFound):
    """No such objection that the caller may see."""

    slug, what = "objection-not-found", "这件异议"


class StepNotPossible(IllegalTransition):
    """The objection's state does not allow the step; `possible` lists what it allows, and who may do that."""

    slug, title = "state", "目前不能这样办理"
