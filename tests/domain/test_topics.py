"""Topics that grew: found in every language, and nothing made up."""

from collections.abc import Sequence
from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.domain.comment import fold
from bot.domain.terms import LONGEST_TERM, MOST_TERMS, terms, whole
from bot.domain.topics import Topic, grown
from bot.domain.voices import Said

DAYS = 28

# Language: what people say on any day, and what they said yesterday.
TONGUES = {
    "en": (
        ["my phone is great", "when does the new phone ship", "the camera of this phone is good"],
        ["the phone is overheating", "overheating again today", "mine is overheating when I call"],
        "overheating",
    ),
    "es": (
        ["me gusta el teléfono", "la cámara es muy buena", "cuándo llega el teléfono a la tienda"],
        [
            "el teléfono se sobrecalienta",
            "se sobrecalienta mucho",
            "hoy se sobrecalienta la cámara",
        ],
        "se sobrecalienta",
    ),
    "zh": (
        ["手機很好用", "新手機什麼時候上市", "相機拍得很清楚"],
        ["手機電池發燙", "我的電池發燙了", "用相機電池發燙怎麼辦"],
        "電池發燙",
    ),
    "ja": (
        ["スマホが好きです", "新しいスマホはいつ届きますか", "写真がきれいです"],
        ["バッテリーが熱い", "写真を撮るとバッテリーが熱いです", "バッテリーが熱いので困る"],
        "バッテリーが熱い",
    ),
    "ko": (
        ["새 휴대폰이 좋아요", "휴대폰은 언제 출시되나요", "카메라가 정말 좋아요"],
        ["배터리가 뜨거워요", "배터리는 왜 이래요", "휴대폰 배터리 문제예요"],
        "배터리",
    ),
    "hi": (
        ["फ़ोन बहुत अच्छा है", "नया फ़ोन कब आएगा", "कैमरा अच्छा है"],
        ["बैटरी गर्म है", "फ़ोन की बैटरी खराब", "मेरी बैटरी देखिए"],
        "बैटरी",
    ),
    "th": (
        ["โทรศัพท์ดีมาก", "โทรศัพท์รุ่นใหม่มาเมื่อไหร่", "กล้องสวยมาก"],
        ["แบตเตอรี่ร้อน", "โทรศัพท์แบตเตอรี่เสีย", "แบตเตอรี่หมดเร็วมาก"],
        "แบตเตอรี่",
    ),
    "ar": (
        ["الهاتف رائع", "متى يصل الهاتف الجديد", "الكاميرا جيدة"],
        ["البطّارية ساخنة", "البطّارية تنفد", "مشكلة في البطّارية"],
        "البطّارية",
    ),
    "ru": (
        ["телефон отличный", "когда выйдет новый телефон", "камера хорошая"],
        ["телефон перегревается", "опять перегревается", "камера перегревается"],
        "перегревается",
    ),
    "my": (
        ["ဖုန်းကောင်းတယ်", "ဖုန်းအသစ်ဘယ်တော့လာမလဲ", "ကင်မရာကောင်းတယ်"],
        ["ဘက်ထရီပူတယ်", "ဖုန်းဘက်ထရီပျက်", "ဘက်ထရီကုန်မြန်"],
        "ဘက်ထရီ",
    ),
}


def said(texts: Sequence[str], many: int, who: str, language: str = "") -> list[Said]:
    """*many* comments, by as many people."""
    return [
        Said(text=texts[n % len(texts)], author=f"{who}{n}", language=language) for n in range(many)
    ]


def told(now: Sequence[str | Said], before: Sequence[str | Said], most: int = 3) -> list[str]:
    found = grown(
        now,
        before,
        now_total=len(now),
        before_total=len(before),
        periods=DAYS,
        most=most,
    )
    return [topic.term for topic in found]


@pytest.mark.parametrize("language", TONGUES)
def test_a_topic_is_found_in_its_language(language: str) -> None:
    usual, new, term = TONGUES[language]
    before = said(usual, 120, "old")
    now = said(usual, 18, "now") + said(new, 9, "new")
    assert told(now, before)[0] == term


def test_a_topic_in_every_language_is_one_topic_each() -> None:
    before = [one for key, (usual, _, _) in TONGUES.items() for one in said(usual, 60, f"o{key}")]
    now = [
        one
        for key, (usual, new, _) in TONGUES.items()
        for one in [*said(usual, 9, f"n{key}"), *said(new, 12, f"x{key}")]
    ]
    found = set(told(now, before, most=30))
    assert {term for _, _, term in TONGUES.values()} <= found


def test_more_comments_in_a_language_are_no_topic() -> None:
    english, spanish = TONGUES["en"][0], TONGUES["es"][0]
    before = said(english, 200, "a", "en") + said(spanish, 20, "b", "es")
    now = said(english, 20, "c", "en") + said(spanish, 60, "d", "es-MX")
    assert told(now, before) == []


def test_a_language_never_heard_before_makes_no_topics() -> None:
    before = said(TONGUES["en"][0], 200, "a")
    now = said(TONGUES["en"][0], 20, "b") + said(TONGUES["th"][0], 60, "c")
    assert told(now, before) == []


def test_who_starts_without_a_past_is_told_nothing() -> None:
    now = said(TONGUES["en"][1], 60, "a")
    assert told(now, []) == []
    assert told(now, said(TONGUES["en"][0], 2, "b")) == []
    assert told([], now) == []


BEFORE = said(TONGUES["en"][0], 200, "old")


def test_one_person_makes_no_topic_however_often_they_write() -> None:
    spam = [Said(text=f"cheap watches number {n}", author="spammer") for n in range(50)]
    assert told([*said(TONGUES["en"][0], 20, "now"), *spam], BEFORE) == []


def test_the_same_words_by_nobody_known_count_once() -> None:
    assert told([*TONGUES["en"][0], *["cheap watches here"] * 50], BEFORE) == []


def test_repetitions_by_one_person_are_not_counted() -> None:
    now = [*said(TONGUES["en"][1], 9, "new"), *[Said(text="overheating!!", author="new0")] * 7]
    (topic,) = grown(now, BEFORE, now_total=16, before_total=200, periods=DAYS)
    assert (topic.term, topic.count) == ("overheating", 10)


def test_words_that_come_together_are_one_topic() -> None:
    now = said(["battery life is bad", "what a battery life", "battery life again"], 12, "new")
    assert told(now, BEFORE) == ["battery life"]


def test_two_things_that_different_people_say_are_two_topics() -> None:
    now = said(["overheating", "so much overheating"], 10, "a")
    now += said(["screen flickers", "it flickers"], 8, "b")
    assert told(now, BEFORE) == ["overheating", "flickers"]


def test_a_topic_knows_its_numbers_and_examples() -> None:
    before = [*BEFORE, *said(["slight overheating"], 14, "older")]
    now = [*said(TONGUES["en"][0], 3, "now"), *said(TONGUES["en"][1], 27, "new")]
    assert grown(now, before, now_total=30, before_total=214, periods=DAYS) == (
        Topic(term="overheating", count=27, about=False, usual=0.5, examples=(3, 4, 5)),
    )


def test_a_sample_is_scaled_to_what_it_stands_for() -> None:
    before = [*BEFORE, *said(["slight overheating"], 14, "older")]
    now = [*said(TONGUES["en"][0], 3, "now"), *said(TONGUES["en"][1], 27, "new")]
    (topic,) = grown(now, before, now_total=300, before_total=2140, periods=DAYS)
    assert (topic.count, topic.about, topic.usual) == (270, True, 5.0)


def test_what_is_as_frequent_as_usual_is_no_topic_in_a_smaller_period() -> None:
    # A larger share of fewer comments: nothing that a manager would see grow.
    before = [*BEFORE, *said(["overheating"], 20, "older")]
    now = said(["overheating"], 9, "new")
    assert grown(now, before, now_total=9, before_total=220, periods=2) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Battery LIFE", {"battery", "life", "battery life"}),
        ("battery, life", {"battery", "life"}),
        ("https://example.com/a?b=c www.example.org example.com/x a@example.com @Some.one", set()),
        ("see https://example.com/x電池", {"see", "電池"}),
        ("電池a.b@example.com壞咗shop.example.com電池", {"電池", "壞咗"}),
        ("15 20,5 broke.the", {"broke", "the"}),
        ("15 20,5 10-15 ３", set()),
        ("iPhone 15", {"iphone", "iphone 15"}),
        ("15 minutes 5G", {"minutes", "5g", "minutes 5g"}),
        ("#BatteryGate2 #1 #电池发热#", {"#batterygate2", "#电池发热"}),
        ("don't wi-fi's", {"don't", "wi-fi's", "don't wi-fi's"}),
        ("हिन्दी", {"हिन्दी"}),
        ("ব্যাটারি", {"ব্যাটারি"}),
        ("மின்கலம்", {"மின்கலம்"}),
        ("بَطَّارِيَّة", {"بَطَّارِيَّة"}),
        ("می\u200cشود", {"می\u200cشود"}),
        ("電池壞", {"電池", "池壞"}),
        ("ﾊﾞｯﾃﾘｰが熱い", {"バッテリー", "熱い"}),
        ("お客様の電池が", {"客様", "電池"}),
        ("배터리가", {"배터", "배터리", "배터리가"}),
        ("ㅋㅋㅋ 👍👍", set()),
        ("เครื่องร้อน", {"เครื่", "รื่อ", "อง", "งร้", "ร้อ", "อน"}),
        ("iPhone壞咗", {"iphone", "壞咗"}),
        ("a I 好", set()),
        ("x" * (LONGEST_TERM + 1), set()),
    ],
)
def test_the_terms_of_a_text(text: str, found: set[str]) -> None:
    assert terms(text) == found


def test_a_word_is_found_whole_from_any_two_of_its_characters() -> None:
    texts = [fold(text) for text in TONGUES["th"][1]]
    assert {whole(pair, texts) for pair in terms("แบตเตอรี่")} == {"แบตเตอรี่"}


def test_a_particle_is_no_part_of_a_word() -> None:
    assert whole("電池", ["電池が熱い", "この電池が嫌い", "電池がだめ"]) == "電池"


ANYTHING = st.text(max_size=60)
WORDS = [
    "battery",
    "life",
    "hot",
    "電池",
    "發燙",
    "แบตเตอรี่",
    "バッテリー",
    "배터리",
    "बैटरी",
    " ",
    ", ",
]
TALK = st.lists(st.sampled_from(WORDS), max_size=8).map("".join) | ANYTHING
COMMENT = st.builds(
    Said, text=TALK, author=st.sampled_from(["", *"abcdefgh"]), language=st.sampled_from(["", "en"])
)
COMMENTS = st.lists(COMMENT, max_size=30)


@given(st.text(max_size=300))
def test_terms_are_words_of_the_text(text: str) -> None:
    plain = " ".join(fold(text).split())
    assert all(term in plain and 2 <= len(term) <= LONGEST_TERM for term in terms(text))


@given(st.text("ab c電池แบ배터", min_size=1, max_size=20))
def test_a_long_text_has_bounded_terms(text: str) -> None:
    assert len(terms(text * 5_000)) <= MOST_TERMS


NEWS = said(["the hinge squeaks", "my hinge squeaks too"], 12, "news")


def numbers(now: Sequence[Said], before: Sequence[Said]) -> list[Topic]:
    """What is said of the topics, but for examples."""
    found = grown(now, before, now_total=900, before_total=9000, periods=DAYS)
    return [replace(topic, examples=()) for topic in found]


@given(COMMENTS, COMMENTS, st.data())
def test_the_order_of_comments_changes_nothing(
    now: list[Said], before: list[Said], data: st.DataObject
) -> None:
    ours, theirs = [*now, *NEWS], [*before, *BEFORE]
    shuffled = data.draw(st.permutations(ours)), data.draw(st.permutations(theirs))
    assert numbers(*shuffled) == numbers(ours, theirs) != []


@given(COMMENTS)
def test_nothing_grows_when_nothing_changed(both: list[Said]) -> None:
    ours = [*both, *NEWS]
    assert told(ours, ours) == []


@given(COMMENTS, COMMENTS)
def test_old_comments_in_another_language_change_nothing(
    before: list[Said], unrelated: list[Said]
) -> None:
    foreign = [replace(one, language="xx") for one in unrelated]
    theirs = [*before, *BEFORE]
    assert told(NEWS, [*theirs, *foreign]) == told(NEWS, theirs)


@given(COMMENTS, COMMENTS)
def test_topics_are_in_their_examples_by_three_people(now: list[Said], before: list[Said]) -> None:
    ours = [*now, *NEWS]
    for topic in grown(ours, before, now_total=900, before_total=9000, periods=DAYS):
        assert len({ours[at].author or ours[at].text for at in topic.examples}) == 3
        assert all(topic.term in " ".join(fold(ours[at].text).split()) for at in topic.examples)
        assert topic.count >= 2 * topic.usual
