"""The terms of one customer's text, in any language, for comparing what many of them say.

A word is a term where its script puts spaces between words, and so are two words in a row. Chinese,
kanji and the scripts of Thailand, Laos, Cambodia and Burma have no such borders: there every two
characters in a row are one, and `whole` finds the word they belong to. Katakana stands by its word,
a Korean word also by its beginnings, because particles are glued to its end.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import add

from bot.domain.comment import fold

MOST_CHARACTERS = 2_000
MOST_TERMS = 800
LONGEST_TERM = 40
NEARLY_ALL = 0.8
"""How much of something another thing must share to stand for it."""
_LONGEST_BEGINNING = 6

# One letter for what a character is in a text, so that one expression reads every script.
_KINDS = {
    **dict.fromkeys(("CJK", "IDEOGRAPHIC", "BOPOMOFO"), "c"),
    **dict.fromkeys(("THAI", "LAO", "KHMER", "MYANMAR"), "s"),
    "HIRAGANA": "h",
    "KATAKANA": "k",
    "KATAKANA-HIRAGANA": "k",
    "LATIN": "a",
}
_SPACED, _OTHER = "o", "."
_SPECIAL = {
    **dict.fromkeys("'’-‐·׳״\u200c\u200d", "j"),  # inside a word they join it
    **dict.fromkeys("เแโใไເແໂໃໄ", "l"),  # written before the consonant they belong to
    **dict.fromkeys("ะาำๅະາຳ", "f"),  # written after it
    **dict.fromkeys("\u1039\u17d2", "v"),  # stack the next consonant under this one
    **{char: char for char in "#_ "},
}

_SYLLABLE = r"l?s(?:m|f|vs)*"
_TOKEN = re.compile(
    r"(?P<tag>#[nmj_]*[aochkgsl][aonmjchkgslfv_]*)|(?P<number>n[nm]*(?:j[nm]+)*(?![aonm]))"
    r"|(?P<word>[aon][aonm]*(?:j[aon][aonm]*)*)|(?P<korean>g+)"
    rf"|(?P<katakana>k[km]*)|(?P<han>(?:[ch]m*)+)|(?P<southern>(?:{_SYLLABLE})+)"
)
_UNIT = re.compile(rf"g|k[km]*|[ch]m*|{_SYLLABLE}")

# A script without spaces may follow an address directly, and ends it.
_ADDRESS = r"[^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\U0003ffff]"
_NOT_SAID = re.compile(
    rf"https?://{_ADDRESS}*|www\.{_ADDRESS}+"
    rf"|(?<![a-z0-9.-])[a-z0-9.-]{{1,63}}\.(?:com|net|org|io|ly|me|co)(?![a-z0-9-]){_ADDRESS}*"
    r"|(?<![a-z0-9_.+-])[a-z0-9_.+-]{1,64}@[a-z0-9.-]+|@(?:[a-z0-9_.-]+|\S{1,40})"
)
_PARTICLES = "がはをにのでともへや"
_POLITE = "おご"


def _kind(char: str) -> str:
    if char in _SPECIAL:
        return _SPECIAL[char]
    category = unicodedata.category(char)[0]
    if category in "NM":
        return category.lower()
    if category != "L":
        return _OTHER
    script, _, rest = unicodedata.name(char, "").partition(" ")
    if script == "HANGUL":
        # Single letters are laughter (ㅋㅋㅋ), not words.
        return "g" if rest.startswith("SYLLABLE") else _OTHER
    return _KINDS.get(script, _SPACED)


class _Kinds(dict[int, str]):
    """What `str.translate` asks; remembers what it was asked for, within bounds."""

    def __missing__(self, code: int) -> str:
        kind = _kind(chr(code))
        if len(self) < 20_000:
            self[code] = kind
        return kind


_kinds = _Kinds()


@dataclass(frozen=True, slots=True)
class Read:
    """A text as it was read.

    Attributes:
        text: folded and on one line; every term is a part of it.
        script: of its writer: who mixes in Latin names still writes Korean. "" without letters.
    """

    text: str
    script: str
    terms: frozenset[str]


def terms(text: str) -> frozenset[str]:
    """What *text* speaks of, each term once, folded; at most `MOST_TERMS`.

    Addresses, mentions and bare numbers are no terms; a hashtag is one.
    """
    return read(text).terms


def read(text: str) -> Read:
    """*text*, or its first `MOST_CHARACTERS`, taken apart."""
    # Normalising can make one character eighteen.
    short = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS])[:MOST_CHARACTERS]
    plain = " ".join(fold(short).split())
    if "." in plain or "@" in plain or "://" in plain:
        plain = _NOT_SAID.sub("|", plain)
    shape = plain.translate(_kinds)
    found = frozenset(_found(plain, shape))
    if len(found) > MOST_TERMS:
        found = frozenset(list(dict.fromkeys(_found(plain, shape)))[:MOST_TERMS])
    return Read(plain, _script(plain, shape), found)


def _script(text: str, shape: str) -> str:
    present = set(shape)
    if present & {"h", "k"}:
        return "JAPANESE"
    for kind in "gcsoa":
        if kind in present:
            return unicodedata.name(text[shape.index(kind)], "").partition(" ")[0]
    return ""


def _found(text: str, shape: str) -> list[str]:
    found: list[str] = []
    last = last_end = -1
    for token in _TOKEN.finditer(shape):
        start, end = token.span()
        sort = token.lastgroup or ""
        if sort in _PAIRS:
            found += _PAIRS[sort](text[start:end], shape[start:end])
            continue
        word = sort != "number" and end - start > 1
        if word and end - start <= LONGEST_TERM:
            found += _beginnings(text[start:end]) if sort == "korean" else (text[start:end],)
        if sort in {"tag", "katakana"}:
            continue
        # "iPhone 15" is a term, "15 minutes" is none.
        if last >= 0 and shape[last_end:start] == " " and end - last <= LONGEST_TERM:
            found.append(text[last:end])
        last, last_end = (start, end) if word else (-1, -1)
    return found


def _beginnings(word: str) -> list[str]:
    return [word[:length] for length in range(2, min(len(word), _LONGEST_BEGINNING) + 1)]


def _han(run: str, shape: str) -> Iterable[str]:
    if shape.count("c") == len(shape):
        return map(add, run, run[1:])
    # What begins in hiragana begins in the middle of a word.
    pairs = pairwise(_UNIT.finditer(shape))
    wide = (run[a.start() : b.end()] for a, b in pairs if shape[a.start()] == "c")
    return (pair for pair in wide if pair[-1] not in _PARTICLES)


def _southern(run: str, shape: str) -> Iterable[str]:
    if shape.count("s") == len(shape):
        return map(add, run, run[1:])
    ends = list(accumulate(map(len, _UNIT.findall(shape))))
    return map(run.__getitem__, map(slice, (0, *ends), ends[1:]))


_PAIRS: dict[str, Callable[[str, str], Iterable[str]]] = {"han": _han, "southern": _southern}


def whole(term: str, texts: Sequence[str]) -> str:
    """*term* with what nearly all of *texts* write around it, where no spaces show its ends.

    Of 電池, 池耗 and 耗電 each becomes 電池耗電 when that is what people write.
    """
    units = [[unit.span() for unit in _UNIT.finditer(text.translate(_kinds))] for text in texts]
    wanted = max(2, round(NEARLY_ALL * len(texts)))
    wide = term
    while len(wide) < LONGEST_TERM:
        written = Counter(
            wider
            for text, spans in zip(texts, units, strict=True)
            for wider in _wider(wide, text, spans)
        )
        best = max(written, key=lambda wider: (written[wider], wider), default="")
        if written[best] < wanted:
            break
        wide = best
    while wide[-1] in _PARTICLES and term in wide[:-1]:
        wide = wide[:-1]
    return wide


def _wider(term: str, text: str, units: Sequence[tuple[int, int]]) -> Iterator[str]:
    at = text.find(term)
    for start, end in units if at >= 0 else ():
        if start == at + len(term):
            yield text[at:end]
        elif end == at and (text[start] in _POLITE or _kinds[ord(text[start])] != "h"):
            yield text[start : at + len(term)]
