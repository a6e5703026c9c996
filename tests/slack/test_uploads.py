"""An upload is three calls; what each failure of one means for trying again."""

import pytest

from bot.errors import DeliveryFailed, Scope
from bot.slack import gateway as gateway_module
from bot.slack.gateway import Gateway, web_client
from bot.slack.uploading import Picture
from tests.fakes.faults import AcceptThen500, Drop, Fault, Http429, Http500, Timeout
from tests.fakes.slack_api import FakeSlack
from tests.slack.office import HK, settings

FIRST, SECOND, THIRD = "files.getUploadURLExternal", "upload_url", "files.completeUploadExternal"
STEPS = (FIRST, SECOND, THIRD)


@pytest.fixture
def gateway(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    monkeypatch.setattr(gateway_module, "TIMEOUT_SECONDS", 0.3)
    slack.channel(HK, "hk")
    return Gateway(web_client(settings(slack)))


@pytest.mark.parametrize(
    ("step", "fault", "code", "unknown"),
    [
        (FIRST, Drop(), "no_answer", False),
        (FIRST, "internal_error", "internal_error", False),
        (SECOND, Drop(), "no_answer", False),
        (SECOND, Timeout(accepted=True), "no_answer", False),
        (SECOND, Http500(), "http_500", False),
        (THIRD, Drop(), "no_answer", True),
        (THIRD, Timeout(accepted=True), "no_answer", True),
        (THIRD, AcceptThen500(), "http_500", True),
        (THIRD, "internal_error", "internal_error", True),
        (THIRD, Http429(5), "ratelimited", False),
        (THIRD, "file_not_found", "file_not_found", False),
    ],
    ids=str,
)
def test_only_the_call_that_shares_the_file_leaves_it_open_whether_it_worked(
    slack: FakeSlack, gateway: Gateway, step: str, fault: Fault, code: str, *, unknown: bool
) -> None:
    slack.fail(step, fault)
    with pytest.raises(DeliveryFailed) as caught:
        gateway.upload(HK, Picture(png=b"x", alt="A", title="T"), marker="1", thread="1.0")
    assert (caught.value.code, caught.value.unknown) == (code, unknown)
    assert len(slack.called(step)) == 1


def test_the_bytes_go_to_the_address_that_slack_gave_and_without_the_token(
    slack: FakeSlack, gateway: Gateway
) -> None:
    gateway.upload(HK, Picture(png=b"\x89PNG\x00", alt="A", title="T"), marker="1", thread="1.0")
    (sent,) = slack.called(SECOND)
    assert (sent.args["v"], sent.args["token"], sent.args["content"]) == ("1", "", b"\x89PNG\x00")
    assert [call.method for call in slack.calls] == list(STEPS)


def test_a_lack_of_the_scope_stops_nothing_else(slack: FakeSlack, gateway: Gateway) -> None:
    slack.scopes.discard("files:write")
    with pytest.raises(DeliveryFailed) as caught:
        gateway.upload(HK, Picture(png=b"x", alt="A", title="T"), marker="1", thread="1.0")
    assert (caught.value.scope, caught.value.permanent) == (Scope.MESSAGE, True)
