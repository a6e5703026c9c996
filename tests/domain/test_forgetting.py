"""What is left of what people wrote about a comment that is forgotten."""

from dataclasses import fields
from typing import Any, get_args, get_type_hints

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.domain import events as e
from bot.domain.comment import Author, Comment
from bot.domain.forgetting import REMOVED, WRITTEN, Gone, quoting, redacted, written

WILLA = Comment(
    source="s",
    external_id="1",
    platform="facebook",
    text="The hinge of my Rosenweg phone came loose on Tuesday",
    author=Author(id="fb-771", name="Willa Öz", handle="@willa.oz"),
)
OTHER = Comment(source="s", external_id="2", platform="facebook", text="a loose hinge, too")
ALONE = Gone.of([WILLA])
AMONG = Gone.of([WILLA], [OTHER])

# Texts of ours, ids and states: nobody writes freely into these.
KEYS = {
    "CaseRouted.lead",
    "CaseSentToTriage.why",
    "CommentForgotten.why",
    "StakeReleased.why",
    "StakeResolved.outcome",
    *(
        f"{kind.__name__}.{name}"
        for kind in get_args(e.Event)
        for name in ("team", "holder", "to", "instead", "asked_by", "person", "on")
    ),
}


def test_every_text_of_every_event_is_known_to_be_free_or_a_key() -> None:
    free = {f"{kind.__name__}.{name}" for kind, names in WRITTEN.items() for name in names}
    texts = {
        f"{kind.__name__}.{field.name}"
        for kind in get_args(e.Event)
        for field in fields(kind)
        if get_type_hints(kind)[field.name] is str
    }
    assert texts <= free | KEYS, "a new text has to be told here, or forgotten"


def test_every_list_in_an_event_is_of_keys_or_is_looked_into() -> None:
    nested = {
        f"{kind.__name__}.{field.name}"
        for kind in get_args(e.Event)
        for field in fields(kind)
        if "tuple" in str(get_type_hints(kind)[field.name])
    }
    keys = {
        "CaseRouted.units", "CaseRouted.regions", "CaseRouted.tags", "CaseTriaged.teams",
        "SuggestionsRefused.teams", "StakeEscalated.told",
    }  # fmt: skip
    looked_into = {
        "StakeOpened.reasons", "StakeExplained.reasons", "CaseRouted.pressing",
        "CaseSentToTriage.suggested",
    }  # fmt: skip
    assert nested == keys | looked_into


@pytest.mark.parametrize(
    ("event", "kept"),
    [
        (e.FactAdded(team="t", text="Willa Öz rang"), REMOVED),
        (e.FactAdded(team="t", text="see @WILLA.OZ"), REMOVED),
        (e.FactAdded(team="t", text="my Rosenweg phone came loose, they say"), REMOVED),
        (e.FactAdded(team="t", text="the spare part comes on Friday"), None),
        (e.NoteKept(team="t", text="account FB-771"), REMOVED),
    ],
)
def test_beside_others_only_what_quotes_them_goes(event: Any, kept: str | None) -> None:
    left: Any = redacted(event, AMONG)
    assert left.text == (kept or event.text)


@given(st.text(min_size=1))
def test_of_a_case_that_is_theirs_alone_everything_written_goes(text: str) -> None:
    event = e.StakeResolved(team="t", outcome="answered", note=text)
    assert redacted(event, ALONE) == e.StakeResolved(team="t", outcome="answered", note=REMOVED)


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_stands_around_a_name_it_is_found(before: str, after: str) -> None:
    text = f"{before} Willa Öz {after}"
    assert AMONG.free(text) == REMOVED
    assert written(quoting(e.FactAdded(team="t", text=text), ALONE)) == (REMOVED,)


def test_the_words_that_decided_stay_when_another_has_them_too() -> None:
    why = e.Reason(kind="rule", name="hinges", words=("hinge", "Rosenweg"))
    event = e.StakeExplained(team="t", reasons=(why,))
    left: Any = redacted(event, AMONG)
    assert left.reasons[0].words == ("hinge",)
    assert left.reasons[0].name == "hinges"
    alone: Any = redacted(event, ALONE)
    assert alone.reasons[0].words == ()


def test_the_words_that_made_a_case_pressing_go_and_that_they_did_stays() -> None:
    why = e.Reason(kind="urgency", name="high", words=("Rosenweg",))
    event = e.CaseRouted(pressing=(why,))
    left: Any = redacted(event, ALONE)
    assert left.pressing == (e.Reason(kind="urgency", name="high", words=()),)


def test_a_name_that_is_a_common_word_is_not_hunted_in_others_cases() -> None:
    gone = Gone.of([Comment(source="s", external_id="1", platform="p", author=Author(name="Hope"))])
    event = e.FactAdded(team="t", text="We hope that it works")
    assert quoting(event, gone) == event
