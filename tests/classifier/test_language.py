"""The language of a comment, from the comment alone."""

import pytest
from hypothesis import given, strategies as st

from bot.classifier.language import Detector
from tests.classifier.sentences import SENTENCES, beginning


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(SENTENCES)


def share(detector: Detector, *, short: bool) -> float:
    right, asked = 0, 0
    for lang, texts in SENTENCES.items():
        default = lang if lang.startswith("zh-") else "en"
        for text in texts:
            found = detector.detect(beginning(text, lang) if short else text, default)
            right += found == lang
            asked += 1
    return right / asked


def test_full_comments_are_told_apart(detector: Detector) -> None:
    assert share(detector, short=False) >= 0.98


def test_the_first_words_are_enough(detector: Detector) -> None:
    assert share(detector, short=True) >= 0.96


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("房間很好", "zh-Hant"),
        ("房间很好", "zh-Hans"),
        ("好食", "zh-Hans"),
        ("好好食呀，唔該晒", "zh-Hant"),
    ],
)
def test_chinese_is_told_by_characters_that_only_one_writing_has(text: str, found: str) -> None:
    assert Detector(("en", "zh-Hans", "zh-Hant")).detect(text, "zh-Hans") == found


@pytest.mark.parametrize("text", ["手机坏了", "价格太高", "没听说", "機子坏了"])
def test_simplified_forms_that_are_other_characters_in_traditional_writing_tell(text: str) -> None:
    detector = Detector(("en", "zh-Hans", "zh-Hant"))
    wanted = "zh-Hant" if "機" in text else "zh-Hans"
    assert detector.detect(text, "zh-Hant") == wanted


def test_the_channels_default_decides_where_no_character_does() -> None:
    detector = Detector(("en", "zh-Hans", "zh-Hant"))
    assert detector.detect("好食", "zh-Hant") == "zh-Hant"
    assert detector.detect("好食", "zh-TW") == "zh-Hant"


@pytest.mark.parametrize("text", ["", "😀😀", "12345", "https://shop.example/a", "@brand #sale"])
def test_what_says_nothing_is_in_the_channels_language(detector: Detector, text: str) -> None:
    assert detector.detect(text, "fr") == "fr"


def test_a_language_that_the_organisation_has_not_is_not_guessed_among_its_own() -> None:
    assert Detector(("en", "fr")).detect("이어폰이 고장났어요") == "ko"


def test_regions_of_a_language_are_one_language() -> None:
    assert Detector(("en-GB", "pt-BR")).detect("Muito obrigado, não funciona") == "pt"


@given(st.text(max_size=100))
def test_any_text_gets_a_language(text: str) -> None:
    assert isinstance(Detector(("en", "zh-Hans", "ja", "ko", "th")).detect(text, "en"), str)
