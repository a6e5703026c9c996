"""Faults of the file as a whole: what is not TOML, what is not there, many at once."""

import pytest

from bot.errors import Fault, Misconfigured
from bot.organisation import parse
from tests.organisation.samples import GOOD, faults, spoiled


@pytest.mark.parametrize(
    ("text", "place", "problem", "mend"),
    [
        ("a = 1\na = 2", ":2", "the same key stands here twice", "take one out"),
        ('a = 1\nb = "\\d"', ":2", "a backslash in double quotes", "use single quotes: '\\d+'"),
        ("\n\na = HK", ":3", "the value cannot be read", 'write it in straight quotes, like "HK"'),
        ("a = 09:00", ":1", "more follows after the value", "put the whole value in quotes"),
        ('a = "x\nb = 1', ":1", "quotes are opened and not closed", "close them on the same line"),
        ("[team]\n[team]", ":2", "this table was begun before",
         "write [[team]] with two brackets each time"),
        ("b = 1\na = [1,\n", ":2", "the value cannot be read",
         'write it in straight quotes, like "HK"'),
        ("just words", ":1", "a key without a value", 'write it like region = "HK"'),
    ],
)  # fmt: skip
def test_what_is_not_toml_is_told_with_its_line(
    text: str, place: str, problem: str, mend: str
) -> None:
    assert faults(text) == [Fault(f"organisation.toml{place}", f"is not TOML: {problem}", mend)]


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "\ufeff"])
def test_an_empty_file_is_one_fault(text: str) -> None:
    (fault,) = faults(text)

    assert (fault.place, fault.problem) == ("organisation.toml", "is empty")
    assert fault.mend.startswith("copy organisation.example.toml")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = " + "9" * 5000, "a number is too long"),
        ("a = " + "[" * 3000 + "]" * 3000, "brackets are nested too deeply"),
    ],
)
def test_what_python_itself_cannot_read_is_told_too(text: str, problem: str) -> None:
    assert [fault.problem for fault in faults(text)] == [problem]


def test_half_an_emoji_is_told_with_its_line() -> None:
    fault = Fault("organisation.toml:2", "is not UTF-8 text", "save it as UTF-8")

    assert faults('a = 1\nb = "\ud83d"') == [fault]


def test_a_file_without_sources_and_teams_says_so_once_for_each() -> None:
    text = GOOD.partition("[[source]]")[0] + GOOD[GOOD.index("[[rule]]") :]

    assert [(fault.place, fault.problem) for fault in faults(text)] == [
        ("organisation.toml:1 source", "there is no [[source]], so no comment may come in"),
        ("organisation.toml:1 team", "there is no [[team]], so nobody can own a comment"),
    ]


def test_a_misspelt_table_is_one_fault() -> None:
    (fault,) = faults(spoiled(("[[source]]", "[[sources]]")))

    assert fault.place == "organisation.toml:6 sources"
    assert fault.mend == "did you mean [[source]]?"


def test_one_pair_of_brackets_is_one_fault_although_the_table_is_right() -> None:
    (fault,) = faults(spoiled(("[[source]]", "[source]")))

    assert fault.place == "organisation.toml:6 source"
    assert fault.problem == "is a table, not a list of tables"
    assert fault.mend == "begin each with a line [[source]], with two brackets"


def test_a_list_of_something_else_than_tables_is_a_fault_at_each() -> None:
    text = "rule = [\n1,\n'two',\n]\n" + GOOD.partition("[[rule]]")[0]

    assert [(fault.place, fault.problem) for fault in faults(text)] == [
        ("organisation.toml:2 rule number 1", "is a number, not a table"),
        ("organisation.toml:3 rule number 2", "is a text, not a table"),
    ]


def test_all_faults_come_together_in_the_order_of_their_lines() -> None:
    text = spoiled(
        ('"Europe/London"', '"Europe"'),
        ('region = "UK"', 'regoin = "UK"'),
        ('hours = "Mon-Fri 09:00-18:00, Sat 10:00-14:00"', 'hours = "always"'),
        ('resolve_within = "1d"', 'resolve_within = "never"'),
        ('"#product-mobile"', '"C0SERVICEHK"'),
        ('then.teams = "mobile"', 'then.teams = "tablets"'),
        ('"high"', '"asap"'),
    )

    assert [fault.place for fault in faults(text)] == [
        "organisation.toml:1 timezone",
        "organisation.toml:9 source “facebook-hk” → regoin",
        "organisation.toml:19 team “service-hk” → hours",
        "organisation.toml:21 team “service-hk” → resolve_within",
        "organisation.toml:29 team “mobile” → channel",
        "organisation.toml:46 rule “screen” → then.teams",
        "organisation.toml:48 rule “screen” → then.priority",
    ]


def test_the_refusal_reads_as_one_line_for_each_fault() -> None:
    with pytest.raises(Misconfigured) as refusal:
        parse(spoiled(('claim_within = "1h"', 'claim_wihtin = "1h"')), name="ours.toml")

    assert str(refusal.value) == (
        "ours.toml:20 team “service-hk” → claim_wihtin: is not a key that belongs here"
        " — did you mean claim_within?"
    )
