"""Text that every database and screen can hold, and one truth from changes in any order."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.domain.comment import Author, Change, ChangeKind, clean, merge
from tests.domain.factories import NOW


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("", ""),
        ("plain", "plain"),
        ("a\x00b", "ab"),
        ("\x00", ""),
        ("bell\x07 escape\x1b[31m", "bell escape[31m"),
        ("\x7fdelete \x85next", "delete next"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("\r\r\n", "\n\n"),
        ("half \ud83d emoji", "half � emoji"),
        ("\ude00 low", "� low"),
        ("\ud83d", "�"),
        ("\ud83d\ude00", "😀"),
        ("\ud83dA\ude00", "�A�"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("\u2066isolated\u2069", "isolated"),
        ("\u200fשלום\u200e", "\u200fשלום\u200e"),
        ("👩\u200d👩\u200d👧 می\u200cخواهم", "👩\u200d👩\u200d👧 می\u200cخواهم"),
        ("\ufeffbyte order mark", "\ufeffbyte order mark"),
        ("新手機好正", "新手機好正"),
        ("<!channel> <@U0MANAGER>", "<!channel> <@U0MANAGER>"),
    ],
)
def test_text_is_cleaned(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


ANYTHING = st.text(
    st.characters()
    | st.characters(categories=["Cs", "Cc", "Cf"])
    | st.sampled_from("\r\n\x00\ud83d\ude00"),
    max_size=40,
)


@given(ANYTHING)
def test_clean_text_can_be_stored_and_stays_as_it_is(raw: str) -> None:
    cleaned = clean(raw)
    assert cleaned.encode().decode() == cleaned
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned


def test_a_very_long_text_keeps_its_length() -> None:
    assert clean("怒" * 100_000) == "怒" * 100_000


@pytest.mark.parametrize(
    ("author", "shown"),
    [
        (Author(name="Wing Chan", handle="wing"), "Wing Chan"),
        (Author(handle="wing"), "wing"),
        (Author(id="42"), "Somebody"),
    ],
)
def test_an_author_is_called_by_the_best_name_there_is(author: Author, shown: str) -> None:
    assert author.shown == shown


def change(kind: ChangeKind = ChangeKind.UPDATED, minute: int = 0, **facts: Any) -> Change:
    at = NOW + timedelta(minutes=minute)
    return Change(kind=kind, source="facebook-hk", external_id="1", at=at, facts=facts)


CREATED, UPDATED, DELETED = ChangeKind.CREATED, ChangeKind.UPDATED, ChangeKind.DELETED


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ([], {}),
        ([change(CREATED, text="a", region="HK")], {"text": "a", "region": "HK"}),
        (
            [change(CREATED, text="a", region="HK"), change(UPDATED, 1, text="b")],
            {"text": "b", "region": "HK"},
        ),
        ([change(CREATED, text="z"), change(UPDATED, 0, text="a")], {"text": "a"}),
        (
            [change(CREATED, text="a"), change(UPDATED, 2, text="c"), change(UPDATED, 1, text="b")],
            {"text": "c"},
        ),
        ([change(CREATED, text="a"), change(DELETED, 1)], {"text": "a"}),
        ([change(UPDATED, text="x"), change(UPDATED, text="y")], {"text": "y"}),
        (
            [
                change(CREATED, author={"id": "42", "name": "Wing"}),
                change(UPDATED, 1, author={"name": "Wing C."}),
            ],
            {"author": {"id": "42", "name": "Wing C."}},
        ),
    ],
)
def test_the_newest_word_counts_whatever_came_first(
    changes: list[Change], facts: dict[str, Any]
) -> None:
    assert [merge(list(order)) for order in permutations(changes)] == [facts] * len(
        list(permutations(changes))
    )


FACTS = st.dictionaries(
    st.sampled_from(("text", "region", "rating", "tags", "author")),
    st.none() | st.text(max_size=3) | st.integers() | st.lists(st.text(max_size=2), max_size=2),
)
CHANGES = st.lists(
    st.builds(
        lambda kind, minute, facts: change(kind, minute, **facts),
        st.sampled_from(ChangeKind),
        st.integers(0, 2),
        FACTS,
    ),
    max_size=6,
)


@given(CHANGES.flatmap(lambda changes: st.tuples(st.just(changes), st.permutations(changes))))
def test_any_order_of_arrival_gives_the_same_facts(
    orders: tuple[list[Change], list[Change]],
) -> None:
    arrived, shuffled = orders
    assert merge(shuffled) == merge(arrived)
