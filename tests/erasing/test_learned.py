"""What was learned from a forgotten comment is learned anew without it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import erasing
from bot.domain.forgetting import Why
from bot.domain.organisation import Priority
from bot.store import forgetting, lessons, models, tables as t
from bot.store.lessons import Known
from bot.store.session import Session
from bot.usecases import fitting, sharing, teaching
from tests.domain.factories import ANNA, comment
from tests.usecases.conftest import office
from tests.usecases.office import Office
from tests.usecases.school import PEOPLE, advice, arrived, chosen, guide, learned, school

__all__ = ["office"]
WORD = "zyzzyva"


def taught(office: Office) -> tuple[int, ...]:
    """Two weeks of lessons, and some of one author with a word of their own."""
    school(office)
    author = {"id": "fb-77", "name": "Xan Quill"}
    numbers = tuple(
        chosen(office, f"the {WORD} hinge {n}", "product-mobile", author=author)  # type: ignore[arg-type]
        for n in range(9)
    )
    learned(office)
    return numbers


def told(office: Office) -> str:
    with office.database.reading() as session:
        return str(models.live(session))


def gone(office: Office) -> None:
    with office.database.reading() as session:
        held = list(forgetting.by(session, "fb-77"))
    args = (office.database, office.organisation)
    _, erased = erasing.erase(*args, held, why=Why.REQUEST, now=office.clock.now())
    assert (erased.comments, erased.taught) == (9, True)
    fitting.learn_anew(*args, now=office.clock.now())


def test_every_version_that_knew_their_words_is_gone(office: Office) -> None:
    numbers = taught(office)
    assert WORD in told(office)
    guided = guide(office)
    assert WORD in str(advice(guided, f"the {WORD} hinge"))
    gone(office)
    assert WORD not in told(office)
    with office.database.reading() as session:
        kept = models.last(session)
        known = {each.case for each in lessons.newest(session, limit=500)}
    assert kept is not None
    assert kept.version == 2
    assert not known & set(numbers)
    assert WORD not in str(advice(guide(office), f"the {WORD} hinge"))
    # And the clock has nothing to add.
    assert learned(office) == 0


def cut_off(office: Office) -> None:
    """All cases of the author are forgotten, and the process ends."""
    with office.database.reading() as session:
        held = list(forgetting.by(session, "fb-77"))
    now = office.clock.now()
    erasing.erase(office.database, office.organisation, held, why=Why.REQUEST, now=now)


def versions(office: Office) -> list[object]:
    """What every version that is kept can tell."""
    with office.database.reading() as session:
        return list(session.execute(select(t.models.c.told)).scalars())


def finished(office: Office) -> bool:
    return erasing.finish(office.database, office.organisation, now=office.clock.now())


def test_a_clock_learns_anew_for_who_was_cut_off_before(office: Office) -> None:
    taught(office)
    cut_off(office)
    learned(office)
    assert WORD in str(versions(office))
    office.clock.advance(minutes=9)
    # They may still be at it.
    assert not finished(office)
    office.clock.advance(minutes=2)
    assert finished(office)
    assert len(versions(office)) == 1
    assert WORD not in str(versions(office))
    assert not finished(office)
    assert learned(office) == 0


def test_who_is_forgotten_while_somebody_learns_anew_is_left_to_the_clock(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught(office)
    read = lessons.newest

    def meanwhile(session: Session, *, limit: int) -> list[Known]:
        known = read(session, limit=limit)
        cut_off(office)
        return known

    with monkeypatch.context() as patch:
        patch.setattr(lessons, "newest", meanwhile)
        fitting.learn_anew(office.database, office.organisation, now=office.clock.now())
    assert WORD in str(versions(office))
    office.clock.advance(hours=1)
    assert finished(office)
    assert WORD not in str(versions(office))
    assert not finished(office)


def test_whoever_finishes_leaves_nothing_to_the_clock(office: Office) -> None:
    taught(office)
    gone(office)
    office.clock.advance(hours=1)
    assert not finished(office)


def test_where_nothing_was_ever_learned_there_is_nothing_to_finish_twice(office: Office) -> None:
    author = {"id": "fb-77", "name": "Xan Quill"}
    chosen(office, f"the {WORD} hinge", "product-mobile", author=author)  # type: ignore[arg-type]
    cut_off(office)
    office.clock.advance(hours=1)
    assert [finished(office), finished(office)] == [True, False]


def test_nobody_restores_what_is_being_forgotten(office: Office) -> None:
    first, *_ = taught(office)
    cut_off(office)
    with office.database.transaction() as session:
        assert not lessons.restore(session, first)


def test_what_was_frozen_stays_frozen(office: Office) -> None:
    taught(office)
    with office.database.transaction() as session:
        teaching.freeze(session, by=ANNA, now=office.clock.now())
    gone(office)
    with office.database.reading() as session:
        last = models.last(session)
    assert last is not None
    assert (last.frozen, last.by, WORD in str(last)) == (True, ANNA, False)


@pytest.mark.parametrize("back", [False, True])
def test_what_is_frozen_learns_nothing_new_when_somebody_is_forgotten(
    office: Office, back: bool
) -> None:
    now = office.clock.now()
    taught(office)
    with office.database.transaction() as session:
        if back:
            teaching.back_to(session, now, by=ANNA, now=office.clock.now())
        else:
            teaching.freeze(session, by=ANNA, now=office.clock.now())
    for n in range(12):
        chosen(office, f"the avocado is green {n}", "product-audio", PEOPLE[n % 3])
    gone(office)
    assert advice(guide(office), "green avocado") == {}
    assert ("product" in advice(guide(office), "the hinge wobbles")) is not back
    with office.database.transaction() as session:
        teaching.unfreeze(session, by=ANNA, now=office.clock.now())
    assert learned(office) > 0
    assert "product" in advice(guide(office), "green avocado")
    assert "product" in advice(guide(office), "the hinge wobbles")


def test_what_made_it_pressing_is_forgotten_too(office: Office) -> None:
    calm = ("does it come in green", "lovely colour of my phone", "where is the nearest shop")
    for n in range(9):
        office.clock.advance(timedelta(days=1))
        for text in (f"the {WORD} smoke {n}", *(f"{each} {n}" for each in calm)):
            author = {"author": {"id": "fb-77"}} if WORD in text else {}
            chosen(office, text, "product-mobile", PEOPLE[n % 3], **author)  # type: ignore[arg-type]
            number = max(office.numbers())
            if WORD in text:
                urgent = {"to": Priority.URGENT, "reason": "", "by": PEOPLE[n % 3]}
                office.act(sharing.change_priority, number, **urgent)
    learned(office)
    assert WORD in told(office)
    smoke = f"again {WORD} smoke"
    urged = guide(office)
    urged.advise(comment(smoke), ())
    said = urged.urge(comment(smoke))
    assert said is not None
    assert WORD in said.words
    gone(office)
    assert WORD not in told(office)
    after = guide(office)
    after.advise(comment(smoke), ())
    assert after.urge(comment(smoke)) is None
    assert arrived(office, smoke, after).priority is Priority.NORMAL


def test_where_nothing_was_ever_learned_nothing_is(office: Office) -> None:
    args = (office.database, office.organisation)
    assert fitting.learn_anew(*args, now=office.clock.now()) == 0
