"""The detector's large table is read from a file as needed, and says the same from there."""

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.classifier import language
from bot.classifier.language import Detector

TEXTS = ("My phone is broken", "Mein Handy ist kaputt", "mi teléfono está roto", "Мой телефон", "")


def full() -> LanguageIdentifier:
    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    model.set_languages([one for one in Detector().languages if one in model.nb_classes])
    return model


def test_it_says_what_the_whole_model_says() -> None:
    whole = full()
    lean = language._lean(full())
    assert isinstance(lean.tk_nextmove, memoryview)
    assert [lean.rank(text) for text in TEXTS] == [whole.rank(text) for text in TEXTS]


def test_where_no_file_can_be_written_it_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> None:
        raise OSError("read-only")

    monkeypatch.setattr(language, "TemporaryFile", refused)
    assert language._lean(full()).rank(TEXTS[1])[0][0] == "de"
