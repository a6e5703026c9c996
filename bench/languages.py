"""How surely languages are told: ``python -m bench.languages``.

Asked are the tests' sentences in fifteen languages, and some hundred invented comments in each of
the eight languages that the development sets have; whole, and by their first three words or six
characters. The channel's default is English, and for Chinese its own way of writing, which decides
where no character does.
"""

import argparse
from collections.abc import Iterator

from bench import harder
from bot.classifier.language import Detector
from tests.classifier.sentences import SENTENCES, beginning

COMMENTS = 100


def texts() -> Iterator[tuple[str, str, str]]:
    """Where a text is from, its language, and the text."""
    for lang, own in SENTENCES.items():
        yield from (("sentences", lang, text) for text in own)
    for name in harder.harder_rules():
        for comment in harder.trial(name, train=0, test=COMMENTS).test:
            lang = {"zh": "zh-Hans"}.get(comment.lang, comment.lang)
            yield "comments", lang, comment.text


def main() -> None:
    """Ask, count, print."""
    argparse.ArgumentParser(prog="python -m bench.languages", description=__doc__).parse_args()
    detector = Detector(SENTENCES)
    found: dict[tuple[str, str], list[tuple[bool, bool]]] = {}
    for source, lang, text in texts():
        default = lang if lang.startswith("zh-") else "en"
        whole = detector.detect(text, default) == lang
        short = detector.detect(beginning(text, lang), default) == lang
        for key in ((source, lang), (source, "all")):
            found.setdefault(key, []).append((whole, short))
    for (source, lang), asked in found.items():
        shares = (sum(each[at] for each in asked) / len(asked) for at in (0, 1))
        print(f"{source:10} {lang:8} {len(asked):5}", *(f"{share:.3f}" for share in shares))


if __name__ == "__main__":
    main()
