"""Checks of Slack: what was posted, when, in which order, and what stands there in the end."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from bot.ui import card
from bot.usecases import viewing
from chaos.evidence import Evidence, Finding, Row
from chaos.slack import Post

# A little less than Slack's second: the fake notes a time after it has accepted.
_PACE = 0.99
# A notice counts as overtaken only by one that was posted so long after it was written down: ids
# are given out before a transaction is committed.
_OVERTAKEN_SECONDS = 5.0
# What somebody was asked may be answered before the question goes out; then nothing is shown.
_MAY_FALL_AWAY = {"asked", "relay"}


def once(evidence: Evidence) -> Iterator[Finding]:
    """Each notice stands once, where its row says, and was posted once."""
    for row in evidence.notices:
        marker = str(row["id"])
        about = {"case": row["case_number"]}
        standing = [message.ts for message in evidence.standing.get(marker, [])]
        accepted = [p for p in evidence.posts.get(marker, []) if p.accepted_at is not None]
        removed = evidence.slack.deleted[marker]
        if len(accepted) > 1 + removed or len(standing) > 1:
            what = f"notice {marker} ({row['key']}) was posted {len(accepted)} times"
            yield Finding(wrong="doubled", what=what, **about)
        elif row["wanted"] > row["shown"]:
            what = (
                f"notice {marker} ({row['key']}) is still owed: {row['last_error'] or 'no error'}"
            )
            yield Finding(wrong="lost", what=what, **about)
        elif not standing and not removed and not _may_be_gone(row):
            what = f"notice {marker} ({row['key']}) stands nowhere"
            yield Finding(wrong="lost", what=what, **about)
        elif standing and row["ts"] not in standing:
            what = f"notice {marker} stands at {standing[0]}, and is noted at {row['ts'] or 'none'}"
            yield Finding(wrong="orphaned", what=what, **about)


def _may_be_gone(row: Row) -> bool:
    return row["kind"] in _MAY_FALL_AWAY or bool(row["data"].get("gone"))


def newest(evidence: Evidence) -> Iterator[Finding]:
    """Each card shows its case as it stands now."""
    organisation = evidence.organisation
    with evidence.database.reading() as session:
        for row in evidence.notices:
            standing = evidence.standing.get(str(row["id"]), [])
            if row["kind"] != "card" or not standing:
                continue
            view = viewing.case(session, row["case_number"])
            if row["team"] in view.case.stakes:
                message = card.team_card(view.case, view.comment, organisation, row["team"])
            else:
                message = card.triage_card(view.case, view.comment, organisation)
            if standing[0].text != message.text:
                what = f"notice {row['id']} ({row['key']}) shows an older state of its case"
                yield Finding(wrong="stale", what=what, case=row["case_number"])


def known(evidence: Evidence) -> Iterator[Finding]:
    """No message stands in Slack that nobody wrote down; no lease and no doubt is left over."""
    ids = {str(row["id"]) for row in evidence.notices}
    for marker, messages in evidence.standing.items():
        if marker not in ids:
            where = ", ".join(f"{m.channel} {m.ts}" for m in messages)
            yield Finding(wrong="orphaned", what=f"marker “{marker}” is no notice: {where}")
    for lane in evidence.lanes:
        if lane["worker"] or (lane["blocked"] and lane["name"][0].isalpha()):
            what = f"{lane['name']} is left with {lane['worker'] or lane['blocked']}"
            yield Finding(wrong="orphaned", what=what)


def paced(evidence: Evidence) -> Iterator[Finding]:
    """A second between two messages of a channel, and no post while Slack has asked to wait."""
    for posts in _by_channel(evidence).values():
        accepted = [post for post in posts if post.accepted_at is not None]
        accepted.sort(key=lambda post: post.accepted_at or 0)
        for first, second in pairwise(accepted):
            gap = (second.accepted_at or 0) - (first.accepted_at or 0)
            if gap < _PACE:
                yield _early(evidence, first, second, f"{gap:.3f} s after")
        for first, second in pairwise(posts):
            gap = second.asked_at - first.asked_at
            if first.wait and gap < first.wait - 0.01:
                yield _early(evidence, first, second, f"{gap:.3f} s after the 429 of")


def _early(evidence: Evidence, first: Post, second: Post, gap: str) -> Finding:
    cases = {str(row["id"]): row["case_number"] for row in evidence.notices}
    return Finding(
        wrong="too early", what=f"{second}: {gap} {first}", case=cases.get(second.marker)
    )


def in_order(evidence: Evidence) -> Iterator[Finding]:
    """Cards that nobody has acted upon come in the order of their cases' numbers, in each channel."""
    acted = _acted(evidence)
    notices = {str(row["id"]): row for row in evidence.notices if row["kind"] == "card"}
    for posts in _by_channel(evidence).values():
        firsts: dict[str, Post] = {}
        for post in posts:
            if post.accepted_at is not None and post.marker in notices:
                firsts.setdefault(post.marker, post)
        plain = [
            (post, notices[marker])
            for marker, post in firsts.items()
            if acted.get(notices[marker]["case_number"], float("inf")) > post.asked_at
        ]
        yield from _overtaken(plain)


def _overtaken(posts: list[tuple[Post, Row]]) -> Iterator[Finding]:
    posts.sort(key=lambda one: one[0].accepted_at or 0)
    last: tuple[Post, Row] | None = None
    for post, row in posts:
        if last and row["id"] < last[1]["id"]:
            waited = last[0].asked_at - row["created_at"].timestamp()
            if waited > _OVERTAKEN_SECONDS:
                what = f"{post}; written down {waited:.1f} s before, and after: {last[0]}"
                yield Finding(wrong="reordered", what=what, case=row["case_number"])
        else:
            last = post, row


def _acted(evidence: Evidence) -> dict[int, float]:
    """When somebody first did something about a case: its cards go first from then on."""
    first: dict[int, float] = {}
    for row in evidence.journal:
        if row["by"]:
            first.setdefault(row["case_number"], row["at"].timestamp())
    return first


def _by_channel(evidence: Evidence) -> dict[str, list[Post]]:
    found = defaultdict(list)
    for post in sorted(evidence.slack.posts, key=lambda post: post.asked_at):
        found[post.channel].append(post)
    return found
