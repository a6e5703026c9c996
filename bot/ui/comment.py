"""How a comment looks on a card: where it came from, who wrote it, what it says."""

from collections.abc import Iterator
from urllib.parse import quote as percent, urlsplit

from bot.domain.case import Case
from bot.domain.comment import Comment, clean
from bot.domain.organisation import Priority
from bot.ui import wording
from bot.ui.kit import clock, inline, quote
from bot.ui.strip import View

_QUOTED = 600
_QUOTED_WHEN_DONE = 200
_LONGEST_URL = 1000


def origin(case: Case, comment: Comment, view: View) -> str:
    """The small print at the top: platform, account, time, language, number, priority."""
    small = " · ".join(_origin(case, comment, view))
    if case.priority is Priority.URGENT:
        return f"🚨 *Urgent* · {small}"
    return small + wording.priority(case.priority)


def _origin(case: Case, comment: Comment, view: View) -> Iterator[str]:
    yield wording.platform(comment.platform)
    if account := inline(comment.account.removeprefix("@"), 40):
        # Parted from the name, so that an account called "here" cannot be taken for a call.
        yield f"to our @\u2060{account}"
    if written := comment.created_at or case.opened_at:
        yield clock(written, view.zone, view.beside)
    if language := inline(comment.language, 16):
        yield language
    if comment.rating is not None:
        yield f"★ {comment.rating:g}"
    yield f"*#{case.number}*"


def body(case: Case, comment: Comment, view: View) -> str:
    """The author's name and words."""
    if comment.forgotten:
        return f"*Somebody*\n> _{wording.forgotten(comment.forgotten)}_"
    name = f"*{inline(comment.author.shown, 80)}*"
    if case.deleted_at is not None:
        return f"{name}\n> _The author deleted this comment ({view.at(case.deleted_at)})_"
    limit = _QUOTED if case.settled_at is None else _QUOTED_WHEN_DONE
    words = quote(comment.text, limit) if comment.text.strip() else "> _(no text)_"
    return f"{name}\n{words}"


def foot(case: Case, comment: Comment, view: View) -> str:
    """What is attached, whether it was changed, and the way to the original; often nothing."""
    return "" if case.deleted_at is not None else " · ".join(_foot(case, comment, view))


def _foot(case: Case, comment: Comment, view: View) -> Iterator[str]:
    if count := len(comment.media):
        yield f"📎 {count} {'photo or video' if count == 1 else 'photos or videos'}"
    if case.edited_at is not None:
        yield f"✏️ edited {view.at(case.edited_at)}"
    if url := safe_url(comment.url):
        yield f"<{url}|Open on {wording.platform(comment.platform)}>"


def safe_url(url: str) -> str:
    """*url* as it may stand in a link of ours; "" when it is no plain web address."""
    return address(url).replace("&", "&amp;")


def address(url: str) -> str:
    """*url* as a button may open it; "" when it is no plain web address."""
    try:
        parts = urlsplit(clean(url).strip())
        host = parts.hostname.encode("idna").decode() if parts.hostname else ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
        return ""
    if not host.replace("-", "").replace(".", "").isalnum():
        return ""
    path = percent(parts.path, safe="/%:@!$'(),;=+~*")
    query = percent(parts.query, safe="/%:@!$'(),;=+~*?&")
    whole = f"{parts.scheme}://{host}{port}{path}" + (f"?{query}" if query else "")
    # In text, each & takes five characters.
    return whole if len(whole) + 4 * whole.count("&") <= _LONGEST_URL else ""
