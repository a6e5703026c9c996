"""Finding an organisation's own words in a customer's text.

Both sides are folded first (`comment.fold`). A term stands on word borders where its script puts
spaces between words; Chinese, Japanese, Thai and their neighbours do not, and Korean glues
endings to the right of a word, a foreign one too, so there a term may be part of a longer run.
"""

import unicodedata
from functools import lru_cache

REGEX_REACH = 5_000
"""A regular expression is the organisation's own; the bound keeps a slow one from stopping intake."""

_NO_SPACES = (
    *("CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "BOPOMOFO"),
    *("THAI", "LAO", "KHMER", "MYANMAR"),
)
_GLUED_RIGHT = (*_NO_SPACES, "HANGUL")


@lru_cache(maxsize=8192)
def _script(char: str) -> str:
    return unicodedata.name(char, "")


@lru_cache(maxsize=8192)
def _is_word_char(char: str) -> bool:
    # Letters, digits and marks: Python's \w forgets the marks, and so cuts Hindi and Thai words.
    return unicodedata.category(char)[0] in "LNM"


def _is_hangul(char: str) -> bool:
    return _script(char).startswith("HANGUL")


def _border(text: str, edge: str, outside: int, glued: tuple[str, ...]) -> bool:
    if not _is_word_char(edge) or _script(edge).startswith(glued):
        return True
    if not 0 <= outside < len(text):
        return True
    neighbour = text[outside]
    if not _is_word_char(neighbour) or _script(neighbour).startswith(_NO_SPACES):
        return True
    return _is_hangul(neighbour) and not _is_hangul(edge)


def speaks(language: str, wanted: str) -> bool:
    """Whether folded *language* is folded *wanted* or a variant of it, as zh-hant is of zh."""
    return language == wanted or language.startswith(f"{wanted}-")


def contains(text: str, term: str) -> bool:
    """Whether folded *text* has folded *term* as a word or, by its script, as a run."""
    if not term:
        return False
    at = text.find(term)
    while at >= 0:
        end = at + len(term)
        if _border(text, term[0], at - 1, _NO_SPACES) and _border(
            text, term[-1], end, _GLUED_RIGHT
        ):
            return True
        at = text.find(term, at + 1)
    return False
