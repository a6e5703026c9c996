"""What the file says of routing that learns: what it becomes, and every fault in it."""

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.classifier.language import DEFAULT_LANGUAGES, Detector
from bot.domain.comment import Comment
from bot.domain.organisation import EVIDENCE, Organisation, Priority
from bot.domain.routing import route
from bot.errors import Fault
from bot.organisation import parse
from bot.organisation.routing_values import LANGUAGES, Evidence
from tests.organisation.samples import FULL, GOOD, TODAY, faults

LINE = GOOD.count("\n") + 2
NO_SHARE = 'write it like "1 in 10", "10 %" or 0.1'
KNOWN = "use “product” or “service”"


def read(text: str) -> Organisation:
    return parse(text, today=TODAY)


def routing(line: str) -> str:
    return f"{GOOD}\n[routing]\n{line}\n"


def urgency(lines: str) -> str:
    return f"{GOOD}\n[[urgency]]\n{lines}\n"


def decided(organisation: Organisation, text: str, language: str = "") -> tuple[Priority, object]:
    comment = Comment(
        source="s", external_id="1", platform="", text=text, language=language, region="HK"
    )
    found = route(comment, organisation)
    return found.priority, (found.tags, [team for team, _ in found.teams])


def test_what_the_file_says_is_what_routing_gets() -> None:
    found = read(FULL)
    assert found.wrong_at_most == pytest.approx(0.05)
    assert found.languages == ("en", "zh-Hant")
    assert found.outweigh == ("post", "account", "words", "language")
    assert found.renamed == {"care": "service", "gadgets": "product"}
    assert found.lexicon == {"service": ("courier", "速遞"), "product": ("flash",)}


def test_a_file_that_says_nothing_has_the_usual() -> None:
    found = read(GOOD)
    assert found.wrong_at_most == pytest.approx(0.1)
    assert (found.languages, found.lexicon, found.renamed) == ((), {}, {})
    assert found.outweigh == EVIDENCE == tuple(Evidence)
    assert len(found.rules) == 2


@pytest.mark.parametrize(
    ("written", "share"),
    [
        ('"1 in 10"', 0.1),
        ('"1 in 50"', 0.02),
        ('"2  in 10"', 0.2),
        ('"10 %"', 0.1),
        ('"2.5%"', 0.025),
        ("0.1", 0.1),
        ("0.5", 0.5),
    ],
)
def test_how_often_it_may_be_wrong_can_be_written_in_three_ways(written: str, share: float) -> None:
    assert read(routing(f"wrong_at_most = {written}")).wrong_at_most == pytest.approx(share)


def test_urgent_words_of_a_language_give_a_priority_and_nobody_a_stake() -> None:
    found = read(FULL)
    assert decided(found, "a LAWSUIT", "en") == (Priority.URGENT, (("angry",), []))
    assert decided(found, "now!!!!", "en-GB") == (Priority.URGENT, (("angry",), []))
    assert decided(found, "a lawsuit", "zh-Hant") == (Priority.NORMAL, ((), []))
    assert decided(found, "help 🚨") == (Priority.HIGH, ((), []))
    team = (Priority.URGENT, (("angry",), ["service-hk"]))
    assert decided(found, "refund or lawsuit", "en") == team


def test_words_that_only_make_it_pressing_are_no_rule_that_forgot_its_team() -> None:
    told = Comment(source="s", external_id="1", platform="", text="help 🚨", region="HK")
    found = route(told, read(FULL))
    assert (found.priority, found.triage, found.nameless) == (Priority.HIGH, "no rule matches", ())


def test_every_language_that_may_be_named_can_be_told() -> None:
    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    by_script = {"zh-Hans", "zh-Hant", "my"}
    assert set(LANGUAGES) <= {*model.nb_classes, *by_script}
    assert set(DEFAULT_LANGUAGES) <= set(LANGUAGES)
    assert Detector(LANGUAGES).languages


@pytest.mark.parametrize(
    ("line", "key", "problem", "mend"),
    [
        ('wrong_at_most = "seldom"', "wrong_at_most", "“seldom” does not say how often", NO_SHARE),
        ('wrong_at_most = "1 in 0"', "wrong_at_most", "“1 in 0” does not say how often", NO_SHARE),
        ("wrong_at_most = 10", "wrong_at_most", "10 is not a share from 0 to 1", NO_SHARE),
        ("wrong_at_most = nan", "wrong_at_most", "nan is not a share from 0 to 1", NO_SHARE),
        ("wrong_at_most = true", "wrong_at_most", "is true or false, not a text in quotes",
         'write it like routing.wrong_at_most = "1 in 10"'),
        ('wrong_at_most = "1 in 100"', "wrong_at_most", "is more seldom than corrections can show",
         'write "1 in 50" or more often'),
        ("wrong_at_most = 0", "wrong_at_most", "is more seldom than corrections can show",
         'write "1 in 50" or more often'),
        ('wrong_at_most = "60%"', "wrong_at_most", "is more often wrong than right",
         'write "1 in 2" or more seldom'),
        ('languages = "zh"', "languages", "“zh” does not say which Chinese",
         "write “zh-Hant” for Traditional or “zh-Hans” for Simplified Chinese, or both"),
        ('languages = ["en", "zh-TW"]', "languages",
         "“zh-TW” is not a language that can be told", "did you mean “zh-Hant”?"),
        ('languages = "english"', "languages", "“english” is not a language that can be told",
         "use a short name like “en” or “zh-Hant”"),
        ('languages = ["en", "en"]', "languages", "“en” stands in the list twice", "take one out"),
        ("languages = []", "languages", "is an empty list",
         "take it out, or say what must be there"),
        ('outweigh = "acount"', "outweigh",
         "“acount” is not something that tells the unit and region", "did you mean “account”?"),
        ('outweigh = ["post", "post"]', "outweigh", "“post” stands in the list twice",
         "take one out"),
        ('renamed = { care = "servce" }', "renamed.care",
         "“servce” is not a department that a team has", "did you mean “service”?"),
        ('renamed = { product = "service" }', "renamed.product",
         "“product” is still a department (line 27)",
         "take it out, or name the department that is gone"),
        ("renamed = { care = 5 }", "renamed.care", "is a number, not a text in quotes",
         'write it like routing.renamed.care = "service"'),
        ("renamed = 5", "renamed", "is a number, not a table",
         'write it like routing.renamed = { care = "service" }'),
        ('langauges = ["en"]', "langauges", "is not a key that belongs here",
         "did you mean routing.languages?"),
        ("colour = 1", "colour", "is not a key that belongs here",
         "take it out; known here: wrong_at_most, languages, outweigh, renamed"),
    ],
)  # fmt: skip
def test_a_fault_in_the_routing_table_is_told_with_its_mend(
    line: str, key: str, problem: str, mend: str
) -> None:
    place = f"organisation.toml:{LINE + 1} routing.{key}"
    assert faults(routing(line)) == [Fault(place, problem, mend)]


@pytest.mark.parametrize(
    ("line", "key", "problem", "mend"),
    [
        ('servce = ["a"]', "servce", "“servce” is not a department that a team has",
         "did you mean “service”?"),
        ("service = []", "service", "is an empty list", "take it out, or say what must be there"),
        ('service = ["a", 5]', "service", "is a number, not a text in quotes",
         'write it like lexicon.service = ["warranty", "保養"]'),
        ('service = ["a", "a"]', "service", "“a” stands in the list twice", "take one out"),
        (f'service = "{"x" * 61}"', "service", "is longer than 60 characters", "shorten it"),
        ('service = ["' + '", "'.join(map(str, range(1001))) + '"]', "service",
         "has more than 1,000 words", "keep those that tell most"),
    ],
)  # fmt: skip
def test_a_fault_in_the_lexicon_is_told_with_its_mend(
    line: str, key: str, problem: str, mend: str
) -> None:
    place = f"organisation.toml:{LINE + 1} lexicon.{key}"
    assert faults(f"{GOOD}\n[lexicon]\n{line}\n") == [Fault(place, problem, mend)]


@pytest.mark.parametrize(
    ("lines", "line", "key", "problem", "mend"),
    [
        ('language = "en"', LINE, "words", "is missing", 'add words = ["lawsuit", "!!!"]'),
        ('words = "x"\npriority = "asap"', LINE + 2, "priority", "“asap” is not a priority",
         "use “urgent”, “high”, “normal” or “low”"),
        ('words = "x"\nlanguage = "English!"', LINE + 2, "language",
         "“English!” is not a language", "use a short name like “en” or “zh-Hant”"),
        ('words = "x"\ntag = "y"', LINE + 2, "tag", "is not a key that belongs here",
         "did you mean tags?"),
    ],
)  # fmt: skip
def test_a_fault_in_urgent_words_is_told_with_its_mend(
    lines: str, line: int, key: str, problem: str, mend: str
) -> None:
    place = f"organisation.toml:{line} urgency number 1 → {key}"
    assert faults(urgency(lines)) == [Fault(place, problem, mend)]


@pytest.mark.parametrize(
    ("text", "problem", "mend"),
    [
        (f"routing = 5\n{GOOD}", "is a number, not a table",
         'write it like routing = { wrong_at_most = "1 in 10" }'),
        (f"lexicon = 5\n{GOOD}", "is a number, not a table",
         'write it like lexicon = { service = ["warranty", "保養"] }'),
        (f"lexicon = {{ a = 'x' }}\n{GOOD}", "“a” is not a department that a team has", KNOWN),
        (f"{GOOD}\n[rotuing]\n", "is not a key that belongs here", "did you mean [routing]?"),
        (f'{GOOD}\n[urgency]\nwords = "x"\n', "is a table, not a list of tables",
         "begin each with a line [[urgency]], with two brackets"),
    ],
)  # fmt: skip
def test_a_table_that_is_none_or_misspelt_is_one_fault(text: str, problem: str, mend: str) -> None:
    (fault,) = faults(text)
    assert (fault.problem, fault.mend) == (problem, mend)
