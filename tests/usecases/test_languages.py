"""The language of a comment: what the source says, else what its words are in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from bot.classifier import language
from bot.classifier.language import Detector
from bot.domain.comment import Change, Comment
from bot.domain.organisation import Outcome
from bot.domain.suggesting import Silent
from bot.usecases import receiving
from tests.domain.factories import organisation, rule, team
from tests.usecases.office import ORGANISATION, Office, change, edited

LANGUAGES = ("en", "fr", "ko", "zh-Hans", "zh-Hant")
FRENCH = "Mon téléphone est en panne, je veux un refund"


@dataclass
class Hears(Silent):
    """Tells the language as an installation does, and remembers what it was asked about."""

    detector: Detector = field(default_factory=lambda: Detector(LANGUAGES))
    asked: list[Comment] = field(default_factory=list)

    def language(self, comment: Comment) -> str:
        """The language of its words."""
        self.asked.append(comment)
        return self.detector.detect(comment.text, comment.language)


Tell = Callable[..., int]


@pytest.fixture
def hears() -> Hears:
    return Hears()


@pytest.fixture
def tell(office: Office, hears: Hears) -> Tell:
    """Take one change in, with somebody who hears languages; the case."""

    def tell(told: Change, org: object = ORGANISATION) -> int:
        assert isinstance(org, type(ORGANISATION))
        source = org.source(told.source)
        assert source is not None
        with office.database.transaction() as session:
            found = receiving.receive(
                session,
                [told],
                source=source,
                organisation=org,
                now=office.clock.now(),
                adviser=hears,
            )
        return found.case or 0

    return tell


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (FRENCH, "fr"),
        ("The battery of my phone is swollen", "en"),
        ("이어폰이 고장났어요", "ko"),
        ("手機壞咗，要退款", "zh-Hant"),
        ("手机坏了，要退款", "zh-Hans"),
        ("", ""),
        ("😡😡😡", ""),
        ("https://a.example/le-telephone", ""),
    ],
)
def test_the_language_is_heard_and_kept(
    office: Office, tell: Tell, text: str, language: str
) -> None:
    assert office.comment(tell(change(text=text))).language == language


def test_what_the_platform_says_always_wins(office: Office, tell: Tell, hears: Hears) -> None:
    number = tell(change(text=FRENCH, language="de-AT"))
    assert office.comment(number).language == "de-AT"
    tell(edited(minutes=1, text="The battery of my phone is swollen"))
    assert office.comment(number).language == "de-AT"
    assert hears.asked == []


@pytest.mark.parametrize("told", ["und", "zxx", "UND"])
def test_a_platform_that_does_not_know_has_said_nothing(
    office: Office, tell: Tell, told: str
) -> None:
    assert office.comment(tell(change(text=FRENCH, language=told))).language == "fr"
    untold = tell(change(external_id="2", text="😡", language=told))
    assert office.comment(untold).language == ""


def test_an_edit_is_heard_anew(office: Office, tell: Tell) -> None:
    number = tell(change(text=FRENCH))
    tell(edited(minutes=1, text="The battery of my phone is swollen"))
    assert office.comment(number).language == "en"


def teams(*languages: Sequence[str]) -> object:
    """An organisation whose service department has a team for each of *languages*."""
    names = {"service-" + "".join(own).casefold(): frozenset(own) for own in languages}
    found = tuple(team(key, languages=own) for key, own in names.items())
    service = replace(
        rule(text=("refund", "退款", "battery")), then=Outcome(departments=("service",))
    )
    return organisation(teams=found, rules=(service,))


def test_the_markets_own_team_is_found_by_the_language(office: Office, tell: Tell) -> None:
    org = teams(["en"], ["fr"], ["zh-Hant"], ["zh-Hans"])
    found = {
        text: list(office.case(tell(change(external_id=text, text=text), org)).stakes)
        for text in (FRENCH, "refund for my phone, please", "手機壞咗，要退款", "手机坏了，要退款")
    }
    assert list(found.values()) == [
        ["service-fr"],
        ["service-en"],
        ["service-zh-hant"],
        ["service-zh-hans"],
    ]


def test_an_edit_in_another_language_asks_that_languages_team_too(
    office: Office, tell: Tell
) -> None:
    org = teams(["en"], ["fr"])
    number = tell(change(text=FRENCH), org)
    tell(edited(minutes=1, text="I would like a refund for this phone, please"), org)
    assert list(office.case(number).stakes) == ["service-fr", "service-en"]


def test_while_it_is_loading_nobody_waits_and_words_and_scripts_tell() -> None:
    language._model.cache_clear()
    detector = Detector(LANGUAGES)
    loading = detector.warm()
    assert detector.warm() is loading
    told = [detector.detect(text, "en") for text in (FRENCH, "手機壞咗", "xyzzy")]
    loading.join()
    assert told[:2] == ["fr", "zh-Hant"]
    assert detector.detect(FRENCH) == "fr"
