"""The sections of a digest's page; each is empty where there is nothing to say."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from bot.domain import durations
from bot.domain.digest import Waiting
from bot.domain.lines import Line
from bot.domain.organisation import Organisation, Priority
from bot.domain.report import Report, Shared, Theme
from bot.domain.scope import Kind
from bot.ui import charts, differences, digest_words, spoken, wording
from bot.ui.clock import day
from bot.ui.html import Html, el, joined, words

_A_ROW = 3
_FEWEST_DAYS = 3
_WEB = ("https://", "http://")


def section(name: str, title: str, *inside: str, beside: str = "") -> Html:
    """A titled part of the page."""
    heading = el("h2", title, el("small", beside) if beside else "", id=name)
    return el("section", heading, *inside, aria_labelledby=name)


def numbers(report: Report, now: datetime) -> Html:
    """What happened, and how it stands now."""
    happened, stands = list(spoken.happenings(report)), list(spoken.standing(report, now))
    further = [
        el("li", el("b", f"{f.number:,}"), f" {f.name}", f" ({f.beside})" if f.beside else "")
        for f in spoken.further(report)
    ]
    return el(
        "div",
        el("p", "In this time", class_="label"),
        _tiles(happened),
        el("ul", *further, class_="further") if further else "",
        el("p", times, class_="note") if (times := _two_periods(report)) else "",
        el("p", "Now", class_="label"),
        _tiles(stands),
        class_="numbers",
    )


def _two_periods(report: Report) -> str:
    before = report.compared.before if report.compared else None
    return differences.times(report.measures, before) if before else ""


def _tiles(figures: list[spoken.Figure]) -> Html:
    three = " three" if len(figures) == _A_ROW else ""
    return el("dl", *map(_tile, figures), class_=f"tiles{three}")


def _tile(figure: spoken.Figure) -> Html:
    beside = el("dd", figure.beside, class_="beside") if figure.beside else ""
    tone = {"class_": figure.tone} if figure.tone else {}
    return el("div", el("dt", figure.name), el("dd", f"{figure.number:,}"), beside, **tone)


def cases(report: Report, organisation: Organisation, now: datetime) -> Html:
    """The cases to act on first."""
    if not report.lines:
        return Html()
    rows = [_case(line, report, organisation, now) for line in report.lines]
    more = report.measures.standing.open - len(rows)
    rest = el("p", f"These come first; {more:,} more are open.", class_="note") if more > 0 else ""
    return section("cases", "To act on first", el("ul", *rows, class_="cases"), rest)


def _case(line: Line, report: Report, organisation: Organisation, now: datetime) -> Html:
    told, tone = spoken.state(line)
    due = spoken.due(line, report.zone, now)
    urgent = line.priority in {Priority.HIGH, Priority.URGENT}
    about = el(
        "p",
        el("b", f"#{line.number}"),
        " ",
        el("bdi", spoken.team(line.team, organisation)) if line.team else "",
        " ",
        el("span", told, class_=f"tag {tone}"),
        el("span", str(line.priority), class_="tag") if urgent else "",
        f" {due}" if due else "",
        class_="about",
    )
    by = el("p", words(spoken.author(line)), f" {spoken.place(line, now)}", class_="by")
    return el("li", about, _said(line), by)


def _said(line: Line) -> Html:
    if gone := spoken.gone(line):
        return el("p", el("i", gone), class_="said")
    if not line.text.strip():
        return el("p", el("i", "no text"), class_="said")
    return el("p", words(line.text, "q"), class_="said")


def volume(report: Report) -> Html:
    """What came in by day and platform; a day or two need no picture."""
    found = report.volume
    # Nobody is asked as a person, so nothing comes in for one.
    if found is None or report.scope.kind is Kind.PERSON:
        return Html()
    if not found.total or len(found.days) < _FEWEST_DAYS:
        return Html()
    named = replace(found, platforms=tuple(map(wording.platform_label, found.platforms)))
    drawing = charts.volume_svg(named, "Came in by day and platform")
    return el("section", el("figure", Html(drawing)))


def claims(report: Report, organisation: Organisation) -> Html:
    """How long each team took to claim, or one team in each of the last weeks."""
    if report.claims is None or not report.claims.measured:
        return Html()
    title = charts.claims_title(alone=len(report.scope.teams(organisation)) == 1)
    return el("section", el("figure", Html(charts.claim_times_svg(report.claims, title))))


def promises(report: Report) -> Html:
    """How many promises were kept."""
    rows = [
        _bar(
            name[:1].upper() + name[1:],
            share,
            f"{kept.met:,} of {kept.met + kept.missed:,}",
        )
        for name, kept, share in spoken.promises(report.measures)
    ]
    return section("promises", "Promises kept", el("ul", *rows, class_="bars")) if rows else Html()


def _bar(name: str, share: float, beside: str = "") -> Html:
    small = el("small", f" · {beside}") if beside else ""
    told = el("div", el("span", el("bdi", name), small), el("b", f"{share:.0%}"))
    filled = el("rect", width=f"{100 * share:.1f}", height="1")
    # A drawing and no styled element: the page's policy allows no style of its own.
    return el("li", told, el("svg", filled, viewBox="0 0 100 1", preserveAspectRatio="none",
                             aria_hidden="true"))  # fmt: skip


def shares(report: Report, organisation: Organisation) -> Html:
    """How the departments share what is resolved."""
    found = report.shared
    if found is None or not found.departments:
        return Html()
    rows = [_bar(key, share) for key, share in found.departments]
    notes = list(_evenness(found, organisation))
    if report.measures.joint_rate is not None:
        notes.append(el("p", f"{report.measures.joint_rate:.0%} of cases finished together.",
                        class_="note"))  # fmt: skip
    if warned := digest_words.warning(found):
        told, department = warned
        notes.append(el("p", f"{told} ", el("bdi", department), ".", class_="note warned"))
    return section("shares", "Who resolved it", el("ul", *rows, class_="bars"), *notes)


def _evenness(found: Shared, organisation: Organisation) -> Iterator[Html]:
    several = len({team.department for team in organisation.teams})
    if found.concentration is not None and several:
        told = f"If all did the same, each would have {1 / several:.0%}. Concentration index:"
        yield el("p", f"{told} {found.concentration:.2f}; theirs would be {1 / several:.2f},"
                 " that of one alone 1.", class_="note")  # fmt: skip


def waiting(
    title: str, found: Iterable[Waiting], organisation: Organisation, now: datetime
) -> Html:
    """Other teams, and since when there is waiting."""
    rows = [
        el(
            "li",
            el("bdi", spoken.team(w.team, organisation)),
            el("small", f" · {_cases(w.cases)}, oldest {durations.words(now - w.oldest)}"),
        )
        for w in found
    ]
    name = title.lower().replace(" ", "-")
    return section(name, title, el("ul", *rows, class_="list")) if rows else Html()


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count:,} cases"


def themes(report: Report) -> Html:
    """The topics that grew."""
    rows = [el("li", *_theme(theme)) for theme in report.themes]
    if not rows:
        return Html()
    return section("themes", "More than usual about", el("ul", *rows, class_="list"))


def _theme(theme: Theme) -> Iterator[Html]:
    topic = theme.topic
    yield words(topic.term, "q")
    usual = f"usually {differences.amount(topic.usual)}" if topic.usual >= 0.05 else "new"
    examples = ", ".join(f"#{number}" for number in theme.cases)
    about = "about " if topic.about else ""
    yield el("small", f" · {about}{topic.count:,}, {usual}; {examples}".removesuffix("; "))


def thanks(report: Report) -> Html:
    """Whom to thank."""
    rows = [
        el("li", each.person, el("small", f" · {digest_words.given(each)}"))
        for each in report.thanks
    ]
    return section("thanks", "Thank you", el("ul", *rows, class_="list")) if rows else Html()


def policy(report: Report) -> Html:
    """What is new in the policy."""
    rows = [
        joined(
            words(note.text),
            el("small", f" · {day(note.on)} {note.on.year}"),
            joined(" ", el("a", "Read it", href=note.url, rel="noreferrer noopener"))
            if note.url.startswith(_WEB)
            else "",
        )
        for note in report.policy
    ]
    listed = el("ul", *(el("li", row) for row in rows), class_="list")
    return section("policy", "New in the policy", listed) if rows else Html()
