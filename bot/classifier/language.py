"""The language of one comment: its script first, then py3langid among the languages of that script.

A detector that may answer with any of a hundred languages is often wrong about ten words; one that
knows which languages an organisation has seldom is.
"""

import math
import re
from collections.abc import Iterable
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from tempfile import TemporaryFile
from threading import Lock, Thread

import structlog
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.classifier import scripts
from bot.classifier.function_words import FUNCTION_WORDS, LETTERS
from bot.domain.comment import clean

log = structlog.get_logger()

DEFAULT_LANGUAGES = (
    *("en", "es", "fr", "de", "pt", "it", "nl", "id", "vi", "tr"),
    *("zh-Hans", "zh-Hant", "ja", "ko", "hi", "th", "ar", "ru"),
)
_SCRIPTS = {
    "devanagari": ("hi", "mr", "ne"),
    "cyrillic": ("ru", "uk", "bg", "sr", "kk", "mk", "be"),
    "arabic": ("ar", "fa", "ur"),
    "bengali": ("bn", "as"),
    "han": ("zh-Hans", "zh-Hant", "ja"),
    "kana": ("ja",),
    "hangul": ("ko",),
    "thai": ("th",),
    "greek": ("el",),
    "hebrew": ("he",),
    "tamil": ("ta",),
    "telugu": ("te",),
    "kannada": ("kn",),
    "malayalam": ("ml",),
    "gujarati": ("gu",),
    "gurmukhi": ("pa",),
    "sinhala": ("si",),
    "odia": ("or",),
    "lao": ("lo",),
    "khmer": ("km",),
    "myanmar": ("my",),
    "georgian": ("ka",),
    "armenian": ("hy",),
    "ethiopic": ("am",),
}
_ELSEWHERE = frozenset(language for own in _SCRIPTS.values() for language in own)
_NOT_SAID = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|[@#][\w.\-]+")
_WORD = re.compile(r"[^\W\d_]+")
_REACH = 2_000
# One letter of a dense script says about as much as these many of an alphabet.
_DENSE = {"han": 3, "kana": 2, "hangul": 2}
# In nats: what a function word, and a letter that few languages have, add to py3langid's score.
_WORD_SAYS, _LETTER_SAYS = 6.0, 5.0


class Detector:
    """Tells which of an organisation's languages a comment is in."""

    def __init__(self, languages: Iterable[str] = ()) -> None:
        self.languages = tuple(dict.fromkeys(map(_plain, languages))) or DEFAULT_LANGUAGES
        self._model: LanguageIdentifier | None = None
        self._warming: Thread | None = None
        self._loading = Lock()

    def warm(self) -> Thread:
        """Load py3langid beside whatever else is done; until it is there, nobody waits for it.

        Meanwhile scripts, function words and letters decide alone.
        """
        if self._warming is None:
            self._warming = Thread(target=self._load, name="language", daemon=True)
            self._warming.start()
        return self._warming

    def detect(self, text: str, default: str = "") -> str:
        """The language of *text*; *default*, the channel's own, where nothing tells."""
        said = _NOT_SAID.sub(" ", clean(text[:_REACH]))
        counts = scripts.counts(said)
        if not counts:
            return default
        if counts["kana"] and "ja" in self.languages and counts["kana"] * 8 >= counts["han"]:
            counts["kana"] += counts.pop("han", 0)
        script = max(counts, key=lambda one: counts[one] * _DENSE.get(one, 1))
        return self._among(script, said, default)

    def _among(self, script: str, said: str, default: str) -> str:
        own = [one for one in self.languages if one in _SCRIPTS.get(script, ())]
        if script == "latin":
            own = [one for one in self.languages if one not in _ELSEWHERE]
        if script == "han":
            return self._han(said, own, default)
        if len(own) <= 1:
            return own[0] if own else _SCRIPTS.get(script, (default,))[0]
        return self._ranked(said, own, default)

    def _han(self, said: str, own: list[str], default: str) -> str:
        found = scripts.han(said)
        chinese = found["zh-Hans"] + found["zh-Hant"]
        if "ja" in own and (found["ja"] > chinese or not {"zh-Hans", "zh-Hant"} & set(own)):
            return "ja"
        usual = _plain(default) if default else ""
        fallback = usual if usual.startswith("zh-") else ""
        one = [language for language in own if language.startswith("zh-")]
        return scripts.chinese(said, fallback or (one[0] if one else "zh-Hans"))

    def _ranked(self, said: str, own: list[str], default: str) -> str:
        words = [word.casefold() for word in _WORD.findall(said)]
        scores = self._scores(" ".join(_WORD.findall(said)))
        unknown = -math.inf if scores else 0.0
        for language in own:
            common = FUNCTION_WORDS.get(language, frozenset())
            letters = LETTERS.get(language, "")
            score = scores.get(language, unknown)
            score += _WORD_SAYS * sum(word in common for word in words)
            score += _LETTER_SAYS * sum(said.casefold().count(letter) for letter in letters)
            scores[language] = score + (1.0 if language == default else 0.0)
        found = max(own, key=lambda language: scores[language])
        # Where py3langid is not there yet, and no word or letter tells, nothing is claimed.
        return found if unknown or scores[found] else default

    def _scores(self, said: str) -> dict[str, float]:
        if self._model is None and self._warming is not None and self._warming.is_alive():
            return {}
        return {language: float(score) for language, score in self._load().rank(said)}

    def _load(self) -> LanguageIdentifier:
        with self._loading:
            if self._model is None:
                self._model = _model(self.languages)
            return self._model


# To unpack it takes as long as to tell the language of thousands of comments; it never changes.
@lru_cache(maxsize=1)
def _model(languages: tuple[str, ...]) -> LanguageIdentifier:
    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    model.set_languages([one for one in languages if one in model.nb_classes])
    return _lean(model)


def _lean(model: LanguageIdentifier) -> LanguageIdentifier:
    """*model* without the other languages, its largest table in a file of the system's.

    A text touches few rows of that table; what is in a file need not be in memory all the time.
    """
    table = model.tk_nextmove
    try:
        with TemporaryFile() as file:
            table.tofile(file)
            file.flush()
            table = memoryview(mmap(file.fileno(), 0, access=ACCESS_READ)).cast(table.typecode)
    except OSError as error:
        # A machine that lets us write nowhere has to have the memory.
        log.info("language_table_in_memory", error=type(error).__name__)
    own = (model.nb_ptc, model.nb_pc, model.nb_classes)
    return LanguageIdentifier(*own, table, model.tk_output, tk_row=model.tk_row)


def _plain(language: str) -> str:
    """The language of a tag as we tell them apart: no region, but the way Chinese is written."""
    tag = language.replace("_", "-").casefold()
    if tag.startswith(("zh", "yue")):
        traditional = any(part in tag.split("-") for part in ("hant", "tw", "hk", "mo", "yue"))
        return "zh-Hant" if traditional else "zh-Hans"
    return tag.split("-", maxsplit=1)[0]
