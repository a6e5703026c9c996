"""Finding lines in TOML, which must agree with what `tomllib` reads."""

import tomllib
from collections.abc import Iterator
from pathlib import Path as File
from typing import Any

import pytest

from bot.organisation.places import Path, Places
from tests.organisation.samples import GOOD

EXAMPLE = File(__file__).parents[2] / "organisation.example.toml"
ODD = r'''
# [[team]] in a comment
title = """
[[team]]
key = "not a key" \""" ""
"""
raw = \'\'\'
x = 1 '' \'\'\'
"quoted key" . 'other # key' = [  # a list
  "a # b", [1.5, 2],   # inner
  { deep = "]", more.still = 1979-05-27 07:32:00 },

  "last",
]
[[rule]]
name = "one"
[rule.when]
text = [ "x",
 "y" ]
[[rule]]
name = "two" # [rule.then]
then = { unit = "}", teams = [
  "a" ] }
[[rule.extra]]
x = -1e+9
[[rule.extra]]
"y\u0041" = 0x_ff
[ spaced . out ]
z = true
'''.replace(r"\'", "'").replace("0x_ff", "0xff")


def leaves(data: Any, path: Path = ()) -> Iterator[Path]:
    """Every key and list item of *data*."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in pairs:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from leaves(value, (*path, key))


def lines_of(text: str) -> dict[Path, int]:
    """What `Places` knows, without its falling back on what is around."""
    data = tomllib.loads(text)
    return Places("x", text, data)._lines


@pytest.mark.parametrize("text", [GOOD, EXAMPLE.read_text(encoding="utf-8"), ODD, ""])
def test_exactly_what_tomllib_reads_has_a_line(text: str) -> None:
    assert set(lines_of(text)) - {()} == set(leaves(tomllib.loads(text)))


@pytest.mark.parametrize("text", [GOOD, EXAMPLE.read_text(encoding="utf-8")])
def test_the_line_of_a_key_has_the_key_in_it(text: str) -> None:
    written = text.split("\n")
    keys = [(p, line) for p, line in lines_of(text).items() if p and isinstance(p[-1], str)]

    assert len(keys) > 20
    for path, line in keys:
        assert str(path[-1]) in written[line - 1]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 3),
        (("raw",), 7),
        (("quoted key", "other # key"), 9),
        (("quoted key", "other # key", 1, 1), 10),
        (("quoted key", "other # key", 2, "more", "still"), 11),
        (("quoted key", "other # key", 3), 13),
        (("rule", 0), 15),
        (("rule", 0, "when"), 17),
        (("rule", 0, "when", "text", 1), 19),
        (("rule", 1, "name"), 21),
        (("rule", 1, "then", "teams", 0), 23),
        (("rule", 1, "extra", 0, "x"), 25),
        (("rule", 1, "extra", 1, "yA"), 27),
        (("spaced", "out", "z"), 29),
    ],
)
def test_lines_are_found_through_strings_comments_and_nesting(path: Path, line: int) -> None:
    assert lines_of(ODD)[path] == line


def test_what_is_not_there_has_the_line_of_what_is_around_it() -> None:
    places = Places("x.toml", GOOD, tomllib.loads(GOOD))

    assert places.line(("team", 1, "lead")) == 24
    assert places.line(("departures",)) == 1


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ((), "x.toml:1"),
        (("timezone",), "x.toml:1 timezone"),
        (("managers", 0), "x.toml:3 managers"),
        (("team", 0), "x.toml:11 team “service-hk”"),
        (("team", 0, "hours"), "x.toml:19 team “service-hk” → hours"),
        (("rule", 0, "when", "text", 1), "x.toml:37 rule “refund” → when.text"),
    ],
)
def test_a_place_is_told_in_words(path: Path, words: str) -> None:
    assert Places("x.toml", GOOD, tomllib.loads(GOOD)).describe(path) == words


def test_a_table_without_a_name_is_told_by_its_number() -> None:
    text = '[[team]]\nname = "A"\n[[team]]\nkey = " "\n'

    assert Places("x", text, tomllib.loads(text)).describe(("team", 1, "key")) == (
        "x:4 team number 2 → key"
    )
