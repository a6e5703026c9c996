"""What was said about a comment makes the same case in whatever order, and however often, it comes."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from bot.domain.comment import Author, clean
from bot.intake.payload import storable
from bot.store import comments
from bot.store.database import Database
from bot.usecases import by_hand
from tests.domain.factories import ANNA
from tests.fakes.clock import START, Clock
from tests.usecases.office import ORGANISATION, Office, change, deleted, edited

IDS = count(1)
AUTHOR = {"id": "7", "name": "Wing", "handle": "w"}

SAID = {
    "created": change(text="My phone needs a repair", author=AUTHOR, rating=3.0),
    "in love": edited(minutes=10, text="I love it", author={"handle": "wing"}),
    "on sound": edited(minutes=20, text="my earbuds", rating=None, language="en"),
    "deleted": deleted(minutes=30),
}
CONCERNS = {
    "created": {"service-hk", "product-mobile"},
    "in love": {"marketing-hk"},
    "on sound": {"product-audio"},
}
EXAMPLES = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def orders(draw: st.DrawFn) -> list[str]:
    again = draw(st.lists(st.sampled_from(list(SAID)), max_size=4))
    return draw(st.permutations([*SAID, *again]))


@EXAMPLES
@given(order=orders())
def test_any_order_and_repetition_ends_in_the_same_comment_and_case(
    database: Database, order: list[str]
) -> None:
    office = Office(database=database, clock=Clock())
    comment_id = f"in some order {next(IDS)}"
    # A word of its own lets the database find what was said in another order each time.
    own = {"parent_id": comment_id}
    said = {
        name: replace(one, external_id=comment_id, facts={**one.facts, **own})
        for name, one in SAID.items()
    }
    answers = [office.tell(said[name]) for name in order]
    (number,) = {answer.case for answer in answers} - {None}
    comment, case = office.comment(number), office.case(number)
    assert (comment.text, comment.language) == ("my earbuds", "en")
    assert comment.author == Author(id="7", name="Wing", handle="wing")
    assert case.edited_at == SAID["on sound"].at
    assert case.deleted_at == SAID["deleted"].at
    # What comes after the deletion asks nobody; what came before it has asked all that it concerns.
    in_time = order[: order.index("deleted")]
    assert set(case.stakes) == {team for name in in_time for team in CONCERNS[name]}
    assert bool(case.settled_at) == (not in_time)


HOSTILE = (
    "",
    "NUL \x00 and bell \x07",
    "lone \ud800 and \udfff surrogates",
    "\u202eright to left\u202c \u200f",
    "👩‍👩‍👧‍👦" * 50,
    "word " * 20_000,
    "<!channel> <@U0MANAGER> <https://evil|bank> &lt;",
    "'; DROP TABLE cases; -- \\ \" %s %(x)s :x ? {}",
    "\u2028\u2029\ufeff\ufffe",
    "٣٤٥ ＡＢＣ ﷽ Z͑ͫ̓a̴͝l̸g̷o",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_stored_and_read_back_as_it_was_cleaned(office: Office, text: str) -> None:
    plain = clean(text)
    said = change(text=plain, author={"id": plain, "name": plain}, raw=storable({text: [text]}))
    comment = office.comment(office.tell(said).case)
    assert (comment.text, comment.author.id, comment.author.name) == (plain, plain, plain)
    with office.database.reading() as session:
        (kept,) = comments.changes_of(session, "facebook-hk", "1001")
    assert kept.facts["text"] == plain


@EXAMPLES
@given(text=st.text(st.characters()))
def test_any_text_is_stored_and_read_back_as_it_was_cleaned(database: Database, text: str) -> None:
    office = Office(database=database, clock=Clock())
    said = change(external_id=f"any text {next(IDS)}", text=clean(text), raw={"said": clean(text)})
    assert office.comment(office.tell(said).case).text == clean(text)


def test_what_a_person_typed_is_cleaned_before_it_is_stored(office: Office) -> None:
    with office.database.transaction() as session:
        case, new = by_hand.record(
            session,
            ORGANISATION,
            external_id="form-1",
            facts={"text": "re\x00fund \ud800", "rating": 2.0, "url": ""},
            by=ANNA,
            now=START + timedelta(minutes=1),
        )
    assert (new, office.comment(case.number).text) == (True, "refund \ufffd")


def test_a_creation_and_an_edit_of_the_same_second_are_one_story(office: Office) -> None:
    number = office.tell(edited(text="I love it")).case
    office.tell(change(text="My phone needs a repair"))
    assert office.comment(number).text == "I love it"
