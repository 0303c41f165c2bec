"""What can be refused about papers."""

from shared.platform.errors import Conflict


class NotRefused(Conflict):
    """The application was not refused."""

    slug, title = "not-refused", "没有不予认定"
    detail = "这份申报没有被不予认定，没有告知书。"


class ProposalDropped(Conflict):
    """The proposal was dropped before the operator was told of it: there is nothing to serve any more."""

    slug, title = "proposal-dropped", "提议已终止"
    detail = "这件提议在送达告知书以前已经终止（驳回、撤回，或者认定已另行结束），不再有告知书和送达回证。"


class NobodyRecognised(Conflict):
    """Nobody was recognised in the season, or on that day."""

    slug, title = "nobody-recognised", "没有认定"
    detail = "这个认定季（或这一天）没有认定任何一户，没有认定文件。"
