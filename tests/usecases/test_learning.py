"""Learning: what people do with cases teaches, and the next comment is routed with it."""

from bot.store import lessons
from bot.usecases import learning, owning, receiving
from bot.usecases.learning import Guide
from tests.domain.factories import ANNA
from tests.usecases.office import FOR_NOBODY, Office, change


def test_a_few_choices_in_triage_route_the_next_such_comment(office: Office) -> None:
    for n in range(12):
        number = office.take_in(f"the hinge of my gadget wobbles {n}").number
        office.act(owning.invite, number, team="product-mobile", by_team="", note="", by=ANNA)
    assert learning.teach(office.database, office.organisation, now=office.clock.now()) == 1
    assert learning.teach(office.database, office.organisation, now=office.clock.now()) == 0
    guide = Guide(office.database, office.organisation)
    with office.database.transaction() as session:
        source = office.organisation.source("facebook-hk")
        assert source is not None
        said = [change(external_id="new", text="hinge wobbles, gadget is poor")]
        receiving.receive(
            session, said, source=source, organisation=office.organisation,
            now=office.clock.now(), adviser=guide,
        )  # fmt: skip
        assert lessons.seen(session).count == 12
    case = office.case(13)
    assert FOR_NOBODY
    assert "product-mobile" in {*case.stakes, *(s.team for s in case.suggested)}
