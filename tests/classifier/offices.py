"""Organisations and comments to route, invented."""

from zoneinfo import ZoneInfo

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
