"""What is wrong with what was learned, each with its mend: for `crosstalk doctor`."""

from collections.abc import Iterator

from bot.domain.organisation import Organisation
from bot.errors import ModelUnreadable
from bot.store import lessons, models
from bot.store.models import StoredModel
from bot.store.session import Session
from bot.usecases.knowing import Knowledge, now_called


def ailments(session: Session, organisation: Organisation) -> Iterator[tuple[str, str]]:
    """Pairs of what is wrong and what to do about it; nothing when all is well."""
    live, last = models.live(session), models.last(session)
    if live is not None:
        yield from _unreadable(organisation, live)
    if last is not None and last.refused:
        check = last.told.get("check", {})
        worse = f"{check.get('after', 0):.2f} instead of {check.get('before', 0):.2f}"
        mend = (
            "look through the latest lessons on /crosstalk routing, and drop those that are wrong"
        )
        yield f"what was learned last does worse ({worse}), so version {_n(live)} stays", mend
    known = set(organisation.departments) | {team.department for team in organisation.teams}
    taught = lessons.departments(session)
    for name in sorted(n for n in taught if now_called(n, organisation.renamed) not in known):
        mend = f'if it has a new name, write under [routing]: renamed = {{ {name} = "…" }}'
        yield f"{taught[name]} lessons are about {name}, which is no department", mend


def _n(live: StoredModel | None) -> int:
    return live.version if live else 0


def _unreadable(organisation: Organisation, live: StoredModel) -> Iterator[tuple[str, str]]:
    try:
        Knowledge.of(organisation, live.data, live.told)
    except ModelUnreadable as fault:
        clock = "see that a clock is running: it learns anew within a minute"
        mend = "unfreeze it on /crosstalk routing, so that it is learned anew"
        what = f"version {live.version} of what was learned cannot be used ({fault})"
        yield f"{what}; the rules alone go on", mend if live.frozen else clock
