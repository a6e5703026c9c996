"""People in triage give comments to teams, and routing learns of it."""

from bot.usecases import owning
from tests.handlers.desk import TESS, Desk


def placed(desk: Desk, text: str, team: str, *, by: str = TESS) -> int:
    """A customer says *text*, and *by* gives it to *team*; its cards are shown with the next.

    What is to be learned from many comments does not hang on a look at each card in between.
    """
    with desk.database.transaction() as session:
        number = desk.comes(session, text)
        owning.route_by_hand(
            session, desk.organisation, number,
            teams=[team], note="", by=by, now=desk.clock.now(),
        )  # fmt: skip
    return number
