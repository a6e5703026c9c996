"""Many questions to Slack: as patient as it wants, and not for ever."""

import pytest

from bot.errors import DeliveryFailed
from bot.slack.gateway import Gateway, web_client
from bot.slack.patience import Patient
from tests.fakes.slack_api import FakeSlack
from tests.slack.office import settings


class Busy:
    """Slack, wanting so many seconds of patience at each question; time passes only by waiting."""

    def __init__(self, slack: FakeSlack, seconds: float, wants: float) -> None:
        self.now, self.asked = 0.0, 0
        self._wants = wants
        gateway = Gateway(web_client(settings(slack)))
        self.patient = Patient(gateway, seconds, lambda: self.now, self._pass)

    def _pass(self, seconds: float) -> None:
        self.now += seconds

    def refuse(self, _: Gateway) -> str:
        self.asked += 1
        raise DeliveryFailed("ratelimited", retry_after=self._wants)


@pytest.mark.parametrize("wants", [1.0, 30.0, 59.0, 3600.0])
def test_all_questions_together_wait_no_longer_than_there_is_time(
    slack: FakeSlack, wants: float
) -> None:
    busy, questions = Busy(slack, 300.0, wants), 0
    while not busy.patient.over:
        questions += 1
        with pytest.raises(DeliveryFailed, match="ratelimited"):
            busy.patient.answer(busy.refuse)
    assert busy.now <= 300
    assert questions >= 2
    assert busy.asked <= 4 * questions


def test_an_answer_that_comes_after_a_wait_is_an_answer(slack: FakeSlack) -> None:
    busy = Busy(slack, 300.0, 20.0)
    assert busy.patient.answer(lambda _: "told") == "told"

    def second(gateway: Gateway) -> str:
        return "told" if busy.asked else busy.refuse(gateway)

    assert busy.patient.answer(second) == "told"
    assert (busy.now, busy.patient.over) == (20.0, False)
