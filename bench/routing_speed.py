"""What routing costs after 20,000 examples: ``python -m bench.routing_speed``.

The comments are those of the development set, with up to twenty-five rare words added to each,
since customers know more words than we have thought of.
"""

import argparse
import random
import resource
import statistics
import time
from pathlib import Path

from bench.development import Labelled, mixture, organisation, written_rules

EXAMPLES = 20_000
_MB = 1e6


def memory() -> float:
    """What the process has now, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / _MB


class Padding:
    """Adds rare words to texts."""

    def __init__(self) -> None:
        self._dice = random.Random(1)  # noqa: S311
        letters = "abcdefghijklmnop"
        self._words = [
            "".join(self._dice.choices(letters, k=self._dice.randint(4, 9))) for _ in range(30_000)
        ]

    def longer(self, text: str) -> str:
        """The text and some rare words."""
        count = self._dice.randint(0, 25)
        chosen = [int(self._dice.paretovariate(0.6)) for _ in range(count)]
        return " ".join((text, *(self._words[min(at, 29_999)] for at in chosen)))


def main() -> None:
    """Learn, ask, print."""
    argparse.ArgumentParser(prog="python -m bench.routing_speed", description=__doc__).parse_args()
    names = [name for name in written_rules() if name not in {"hotel-en", "airline-en"}]
    data = mixture("speed", names, train=EXAMPLES, test=1_000)
    padding = Padding()
    texts: list[Labelled] = list(data.train[:EXAMPLES])
    before = memory()
    from bot.classifier import Example, Router  # noqa: PLC0415 -- its import is part of the cost

    router = Router(organisation(data.rules))
    router.teach(
        Example(key=str(at), text=padding.longer(c.text), labels=c.labels, lang=c.lang)
        for at, c in enumerate(texts)
    )
    begun = time.thread_time()
    router.flush()
    print(f"a fit to {EXAMPLES:,} examples: {time.thread_time() - begun:.1f} s of processor time")
    spent: list[float] = []
    for comment in data.test:
        text = padding.longer(comment.text)
        begun = time.thread_time()
        router.route(text, comment.lang)
        spent.append((time.thread_time() - begun) * 1000)
    spent.sort()
    print(
        f"a comment: {statistics.median(spent):.2f} ms, p99 {spent[int(0.99 * len(spent))]:.2f} ms"
    )
    print(f"memory: {memory() - before:.0f} MB more, numpy and the examples' texts included")


if __name__ == "__main__":
    main()
