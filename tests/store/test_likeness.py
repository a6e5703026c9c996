"""How comments that may be alike are found in the database."""

from datetime import timedelta

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import func, select

from bot.classifier.waves import BANDS, Print, may_be_alike, pieces, printed
from bot.store import likeness, tables as t
from bot.store.database import Database
from bot.store.likeness import Near, Sight
from bot.store.session import Session
from tests.fakes.clock import START

HOUR = timedelta(hours=1)
TEXT = "My phone overheats and the battery is swollen, I want a refund now!"
CHANGED = "My phone overheats and its battery is swollen, we want a refund now!"


def shown(text: str) -> Print:
    return printed(pieces(text))


def near(session: Session, text: str, *, besides: int = 0, most: int = 60) -> list[Near]:
    return likeness.near(session, [sight(text, besides)], most=most)[besides]


def sight(text: str, comment_id: int = 0) -> Sight:
    bands = shown(text).bands
    return Sight(comment_id=comment_id, bands=bands, since=START - HOUR, until=START + HOUR)


def keep(session: Session, comment_id: int, text: str = TEXT, *, hours: float = 0) -> None:
    own = shown(text)
    likeness.remember(session, comment_id, own.bands, own.sketch, START + hours * HOUR)


def test_a_text_is_found_by_one_that_is_nearly_the_same(database: Database) -> None:
    with database.transaction() as session:
        keep(session, 7)
        keep(session, 8, "Something else that has nothing to do with any of this at all")
        (found,) = near(session, CHANGED)
        assert (found.comment_id, found.sketch) == (7, shown(TEXT).sketch)
        assert may_be_alike(shown(CHANGED).sketch, found.sketch)
        assert near(session, TEXT) == [Near(7, shown(TEXT).sketch)]
        assert near(session, TEXT, besides=7) == []


def test_only_what_is_near_in_time_is_found_and_the_most_alike_comes_first(
    database: Database,
) -> None:
    with database.transaction() as session:
        for number, hours in enumerate((-2, -1, 0, 1, 2)):
            keep(session, number + 1, hours=hours)
        keep(session, 9, CHANGED)
        assert [each.comment_id for each in near(session, TEXT)] == [4, 3, 2, 9]
        assert [each.comment_id for each in near(session, TEXT, most=2)] == [4, 3]


def test_what_is_old_is_forgotten(database: Database) -> None:
    with database.transaction() as session:
        keep(session, 1, hours=-3)
        keep(session, 2)
        likeness.forget(session, before=START - HOUR)
        left = select(t.wave_bands.c.comment_id, func.count()).group_by(t.wave_bands.c.comment_id)
        assert [tuple(row) for row in session.execute(left)] == [(2, BANDS)]


@pytest.mark.parametrize("text", ["", "refund", "😀" * 40, "https://a.example/" + "x" * 90])
def test_a_text_that_says_too_little_has_no_print(text: str) -> None:
    assert shown(text) == Print()


@settings(max_examples=200)
@given(st.text(max_size=300))
def test_a_print_fits_its_columns_and_is_the_same_each_time(text: str) -> None:
    own = shown(text)
    assert own == shown(text)
    assert len(own.bands) in {0, BANDS}
    assert all(-(2**63) <= number < 2**63 for number in (*own.bands, own.sketch))
    assert may_be_alike(own.sketch, own.sketch)
    assert not may_be_alike(own.sketch, ~own.sketch)
