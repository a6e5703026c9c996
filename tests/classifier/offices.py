"""Organisations and comments to route, invented."""

import random
from zoneinfo import ZoneInfo

from bot.classifier import Router
from bot.domain.organisation import Condition, Organisation, Outcome, Rule

WORDS = {
    "service": ("refund", "delivery", "rude", "退款", "डिलीवरी"),
    "marketing": ("discount", "advert", "campaign", "广告"),
    "product": ("battery", "screen", "camera", "电池", "배터리"),
}
EXAMPLES: tuple[tuple[str, set[str]], ...] = (
    ("the parcel was soaked when it came", {"service"}),
    ("your new song in the spot is stuck in my head", {"marketing"}),
    ("hinge squeaks after a week", {"product"}),
    ("hinge broke and the parcel took a month", {"product", "service"}),
    ("good morning from Leeds", set()),
    ("the spot with the dog made us cry", {"marketing"}),
    ("squeaks whenever I open it", {"product"}),
    ("parcel went to my neighbour", {"service"}),
    ("saw the spot on the bus", {"marketing"}),
    ("hinge is loose", {"product"}),
    ("parcel still in transit", {"service"}),
    ("just saying hello", set()),
)

ODD = (
    "",
    " \n\t",
    "😀😀😀",
    "refund",
    "a" * 100_000,
    "退款" * 50_000,
    "https://shop.example/a?b=c",
    "#love #love #love #battery #sale",
    "The battery 电池太差 배터리 最悪 बैटरी แย่มาก",
    "\ud800\x00\u202e",
    "@brand",
)
"""What nobody expects, and somebody sends."""


def organisation(words: dict[str, tuple[str, ...]] | None = None) -> Organisation:
    """One rule per department, with these words."""
    given = WORDS if words is None else words
    return Organisation(
        zone=ZoneInfo("UTC"),
        triage_channel="#triage",
        departments=tuple(given),
        rules=tuple(
            Rule(name=name, when=Condition(text=terms), then=Outcome(departments=(name,)))
            for name, terms in given.items()
        ),
    )


def taught(order: int = 0) -> Router:
    """A router that has learned the examples, in the order that a number gives."""
    router = Router(organisation())
    examples = list(EXAMPLES)
    random.Random(order).shuffle(examples)  # noqa: S311
    for text, labels in examples:
        router.learn(text, labels)
    router.flush()
    return router


def decided(router: Router, text: str) -> set[str]:
    """The departments that *text* gets."""
    return {department for department, share in router.route(text).items() if share >= 0.5}


def place(at: int) -> str:
    """One of 625 names."""
    parts = ("bdfgk", "aeiou", "lmnrt", "aeiou")
    return "in " + "".join(part[at // 5**n % 5] for n, part in enumerate(parts))
