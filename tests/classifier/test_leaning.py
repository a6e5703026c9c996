"""Whom a group of the lexicon speaks for: several different words of a department's rules decide."""

from collections.abc import Mapping

from bot.classifier.leaning import leans
from bot.classifier.lexicon import index_of, parse

GROUPS = tuple(
    parse("""
# tools
en: hammer, hammers, saw, drill, file
zh: 锤, 锯子, 电钻, 扳手

# sounds product=1
en: loud, quiet, noise, hum
""")
)


def whose(name: str, *terms: tuple[str, str], departments: str) -> Mapping[str, float]:
    found = leans(departments.split(), terms, GROUPS, index_of(GROUPS))
    return {one: round(lean, 2) for one, lean in found[name].items()}


def test_different_words_make_a_group_a_departments() -> None:
    words = [(word, "bench") for word in ("hammer", "saw", "drill", "file")]
    assert whose("tools", *words, departments="bench desk") == {"bench": 1.0}
    assert whose("tools", *words[:3], departments="bench desk") == {"bench": 0.67}


def test_one_word_is_too_little_in_however_many_forms() -> None:
    words = [("hammer", "bench"), ("hammers", "bench"), ("hammer", "bench")]
    assert whose("tools", *words, departments="bench desk") == {}


def test_a_phrase_is_not_what_one_of_its_words_is() -> None:
    words = [("saw it", "desk"), ("on file", "desk"), ("fire drill", "desk")]
    assert whose("tools", *words, departments="bench desk") == {}


def test_a_character_inside_another_word_claims_nothing() -> None:
    words = [("电锤机", "bench"), ("锤子", "bench")]
    assert whose("tools", *words, departments="bench desk") == {}
    words = [("大锯子", "bench"), ("小电钻", "bench"), ("扳手", "bench")]
    assert whose("tools", *words, departments="bench desk") == {"bench": 0.67}


def test_a_group_that_departments_share_is_nobodys() -> None:
    words = [("hammer", "bench"), ("saw", "bench"), ("drill", "desk"), ("file", "desk")]
    assert whose("tools", *words, departments="bench desk") == {}


def test_a_department_has_the_group_that_has_its_name() -> None:
    assert whose("tools", departments="drill desk") == {"drill": 0.67}


def test_the_usual_departments_have_their_groups_from_the_start() -> None:
    assert whose("sounds", departments="product service") == {"product": 1.0}
    assert whose("sounds", departments="product desk") == {}
