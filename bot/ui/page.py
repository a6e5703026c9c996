"""A digest as one page for those outside Slack: nothing in it is fetched, and nothing runs."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from bot.domain.case import State
from bot.domain.organisation import Organisation
from bot.domain.report import Report
from bot.ui import digest_words, page_parts, page_tables, spoken
from bot.ui.html import Html, el, joined
from bot.ui.page_style import STYLE
from bot.ui.wording import named

_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
# Even if somebody's words became an element, it could fetch, run and even style nothing.
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"


def page(report: Report, organisation: Organisation, *, now: datetime) -> str:
    """*report* as a whole HTML document, as it stood *now*."""
    body = el(
        "body",
        _header(report, organisation, now),
        el("main", *_main(report, organisation, now)),
        _footer(report, now),
    )
    head = el("head", *_head(report, organisation))
    return f"<!doctype html>\n{el('html', head, body, lang='en')}\n"


def _head(report: Report, organisation: Organisation) -> Iterator[Html]:
    when = spoken.span(report.period, report.zone)
    yield el("meta", charset="utf-8")
    yield el("meta", http_equiv="Content-Security-Policy", content=_POLICY)
    yield el("meta", name="viewport", content="width=device-width, initial-scale=1")
    yield el("meta", name="color-scheme", content="light dark")
    yield el("meta", name="referrer", content="no-referrer")
    yield el("meta", name="robots", content="noindex")
    yield el("title", f"{named(report.scope, organisation)} · {when} · Crosstalk")
    yield el("style", Html(STYLE))


def _header(report: Report, organisation: Organisation, now: datetime) -> Html:
    told = digest_words.headline(report, now)
    if report.quiet:
        told = digest_words.quiet(report).removesuffix(".")
    return el(
        "header",
        el("h1", el("bdi", named(report.scope, organisation))),
        el("p", *_clauses(told[:1].upper() + told[1:]), class_="headline"),
        el("p", spoken.span(report.period, report.zone), class_="when"),
    )


def _clauses(sentence: str) -> Iterator[Html]:
    """*sentence* in parts between which a line breaks best."""
    first, semicolon, second = sentence.partition("; ")
    yield el("span", first, semicolon.strip())
    if second:
        yield joined(" ", el("span", second))


def _main(report: Report, organisation: Organisation, now: datetime) -> Iterator[Html]:
    if report.quiet:
        return
    yield page_parts.numbers(report, now)
    yield page_parts.cases(report, organisation, now)
    yield page_tables.teams(report, organisation, now)
    yield _pair(page_parts.volume(report), page_parts.claims(report, organisation))
    yield page_tables.speeds(report)
    yield _pair(page_parts.promises(report), page_parts.shares(report, organisation))
    yield page_tables.waits(report, organisation, now)
    yield _pair(
        page_parts.waiting("We wait for", report.we_wait, organisation, now),
        page_parts.waiting("Waiting for us", report.they_wait, organisation, now),
    )
    yield _pair(page_parts.themes(report), page_parts.thanks(report))
    yield page_parts.policy(report)


def _pair(*parts: Html) -> Html:
    """Two sections side by side where there is room, or the one that has something to say."""
    return el("div", *parts, class_="pair") if any(parts) else Html()


def _footer(report: Report, now: datetime) -> Html:
    stood = el("time", spoken.moment(now, report.zone), datetime=now.isoformat())
    lines = [
        joined("Open, unclaimed, near target, past target and who waits: as of ", stood, "."),
        spoken.compared(report),
        f"Times are those of {report.zone.key}.",
        _people(report),
    ]
    return el("footer", *(el("p", line) for line in lines if line))


def _people(report: Report) -> str:
    """What the ids of people are, where there are any; their names stay in Slack."""
    holders = (line.holder for line in report.lines if line.state is State.CLAIMED)
    thanked = (each.person for each in report.thanks)
    found = next(filter(None, (report.scope.person, *holders, *thanked)), "")
    if report.quiet or not found:
        return ""
    return f"{found} is a member ID in Slack: Crosstalk keeps no names of people at work."
