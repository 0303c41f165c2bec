"""The deliveries that the typing service takes: the first eight feeds."""

from shared.feeds.contracts import TYPING_FEEDS
from shared.feeds.intake import declaration


class Declaration(declaration.Declaration):
    """A delivery of what typing needs, as declared."""

    service = "分型服务"
    taken = TYPING_FEEDS
