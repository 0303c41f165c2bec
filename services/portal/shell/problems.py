"""What is refused of a form before anybody looks at what is in it."""

from shared.platform.errors import Forbidden


class ForeignForm(Forbidden):
    """Posted by another site, or by a page of an earlier session."""

    slug, title = "foreign-form", "这张表不能提交"
    detail = "这张表不是从您现在登录的页面提交的，没有办理。请从本站重新打开这一页再办。"
