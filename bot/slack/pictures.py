"""The pictures that go under a digest, once it is there."""

from bot.domain.charts import ClaimTimes, Volume
from bot.domain.scope import Scope
from bot.services import Services
from bot.slack.shown import Shown
from bot.slack.uploading import Picture
from bot.store import outbox
from bot.store.queue import Taken
from bot.store.session import Session
from bot.ui import charts, kit, wording
from bot.ui.kit import Message
from bot.usecases import picturing, posting

_WEEKS = "Time to claim, week by week"
_TITLES = {"volume": "Came in by day and platform", "claims": "Time to claim by team"}


def chart(services: Services, session: Session, notice: Taken) -> Shown:
    """The picture that *notice* owes to the thread of the digest whose key is ``of``.

    Its data name the picture (``chart``), for whom and for when, and may give it a ``title``.
    Without numbers, or without a digest, there is none.
    """
    thread = outbox.thread_ts(session, str(notice.data["of"]))
    if not thread:
        return Shown(None, thread=thread)
    name = str(notice.data["chart"])
    scope, period = Scope.parse(notice.data["scope"]), posting.period_of(notice.data)
    values = picturing.values(
        session, services.organisation, name, scope, period, now=services.now()
    )
    if _blank(values):
        return Shown(None)
    alone = name == "claims" and len(scope.teams(services.organisation)) == 1
    title = str(notice.data.get("title") or (_WEEKS if alone else _TITLES.get(name, "")))
    picture = drawn(values, title)
    return Shown(in_words(picture), thread=thread, picture=picture)


def drawn(values: Volume | ClaimTimes, title: str) -> Picture:
    """*values* as a picture."""
    if isinstance(values, Volume):
        shown = wording.by_platform(values)
        png, alt = charts.volume_png(shown, title), charts.volume_alt(shown)
    else:
        png, alt = charts.claim_times_png(values, title), charts.claim_times_alt(values, title)
    return Picture(png=png, alt=alt, title=kit.cut(title, 100))


def in_words(picture: Picture) -> Message:
    """*picture* where none may be shown."""
    return kit.plain_message(f"*{kit.inline(picture.title, 100)}*\n{kit.inert(picture.alt)}")


def _blank(values: Volume | ClaimTimes) -> bool:
    return not (values.total if isinstance(values, Volume) else values.measured)
