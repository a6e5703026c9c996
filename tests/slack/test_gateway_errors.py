"""What each way to fail means for trying again."""

from dataclasses import dataclass

import pytest

from bot.errors import DeliveryFailed, Scope
from bot.slack import gateway as gateway_module
from bot.slack.gateway import Gateway, web_client
from bot.ui import kit
from bot.ui.kit import Message
from tests.fakes.faults import (
    AcceptThen500,
    AcceptThenDrop,
    Drop,
    Fault,
    Garbage,
    Http429,
    Http500,
    Timeout,
)
from tests.fakes.slack_api import FakeSlack
from tests.slack.office import settings

ONE = "C0ONE"
MESSAGE = Message("A case", [kit.section("A case")])


@dataclass(frozen=True)
class Means:
    """What a failure says of itself."""

    code: str
    permanent: bool = False
    scope: Scope = Scope.MESSAGE
    unknown: bool = False
    retry_after: float | None = None


def meaning(failure: DeliveryFailed) -> Means:
    return Means(
        failure.code, failure.permanent, failure.scope, failure.unknown, failure.retry_after
    )


@pytest.fixture
def gateway(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    slack.channel(ONE, "one")
    monkeypatch.setattr(gateway_module, "TIMEOUT_SECONDS", 0.2)
    return Gateway(web_client(settings(slack)))


def failing(gateway: Gateway, slack: FakeSlack, fault: Fault) -> Means:
    slack.fail("chat.postMessage", fault)
    with pytest.raises(DeliveryFailed) as caught:
        gateway.post(ONE, MESSAGE, marker="1")
    assert len(slack.called("chat.postMessage")) == 1
    return meaning(caught.value)


CLOSED = [
    "channel_not_found",
    "is_archived",
    "is_inactive",
    "not_in_channel",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "messages_tab_disabled",
    "user_disabled",
]
TOKEN = [
    "invalid_auth",
    "not_authed",
    "token_revoked",
    "token_expired",
    "account_inactive",
    "missing_scope",
    "org_login_required",
    "ekm_access_denied",
]
BROKEN = ["internal_error", "fatal_error", "service_unavailable", "request_timeout"]
REFUSED = ["invalid_blocks", "msg_too_long", "msg_blocks_too_long", "no_text", "a_new_code"]


@pytest.mark.parametrize("code", CLOSED)
def test_a_closed_channel_concerns_the_channel(
    slack: FakeSlack, gateway: Gateway, code: str
) -> None:
    means = Means(code, permanent=True, scope=Scope.CHANNEL)
    assert failing(gateway, slack, code) == means


@pytest.mark.parametrize("code", TOKEN)
def test_a_bad_token_concerns_the_whole_workspace(
    slack: FakeSlack, gateway: Gateway, code: str
) -> None:
    means = Means(code, permanent=True, scope=Scope.WORKSPACE)
    assert failing(gateway, slack, code) == means


@pytest.mark.parametrize("code", REFUSED)
def test_a_refused_message_concerns_the_message(
    slack: FakeSlack, gateway: Gateway, code: str
) -> None:
    assert failing(gateway, slack, code) == Means(code, permanent=True)


@pytest.mark.parametrize("code", BROKEN)
def test_slack_s_own_troubles_leave_it_open_whether_it_worked(
    slack: FakeSlack, gateway: Gateway, code: str
) -> None:
    assert failing(gateway, slack, code) == Means(code, unknown=True)


@pytest.mark.parametrize(
    ("fault", "code", "arrived"),
    [
        (Http500(), "http_500", False),
        (Http500(status=503), "http_503", False),
        (AcceptThen500(), "http_500", True),
        (AcceptThen500(status=504), "http_504", True),
        (Http500(status=403), "http_403", False),
        (Garbage(), "http_200", False),
        (Garbage(body=b"[]"), "http_200", False),
        (Garbage(body=b"null", accepted=True), "http_200", True),
        (Garbage(accepted=True), "http_200", True),
        (Drop(), "no_answer", False),
        (AcceptThenDrop(), "no_answer", True),
        (Timeout(), "no_answer", False),
        (Timeout(accepted=True), "no_answer", True),
    ],
    ids=str,
)
def test_without_a_proper_answer_it_may_have_worked_and_is_asked_once(
    slack: FakeSlack, gateway: Gateway, fault: Fault, code: str, *, arrived: bool
) -> None:
    assert failing(gateway, slack, fault) == Means(code, unknown=True)
    assert len(slack.messages(ONE)) == arrived


def test_a_refused_connection_has_surely_not_worked(slack: FakeSlack, gateway: Gateway) -> None:
    with slack.away(), pytest.raises(DeliveryFailed) as caught:
        gateway.post(ONE, MESSAGE, marker="1")
    assert meaning(caught.value) == Means("unreachable", scope=Scope.CHANNEL)


def test_a_name_that_does_not_resolve_has_surely_not_worked(slack: FakeSlack) -> None:
    nowhere = settings(slack, slack_api_url="http://slack.invalid/api/")
    with pytest.raises(DeliveryFailed) as caught:
        Gateway(web_client(nowhere)).post(ONE, MESSAGE, marker="1")
    assert meaning(caught.value) == Means("unreachable", scope=Scope.CHANNEL)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (7, 7.0),
        (0, 0.0),
        (None, 30.0),
        ("", 30.0),
        ("-1", 30.0),
        ("1.5", 30.0),
        ("²", 30.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 30.0),
        (999_999_999, 3600.0),
        ("9" * 400, 3600.0),
    ],
    ids=str,
)
def test_slack_is_not_asked_again_before_it_says(
    slack: FakeSlack, gateway: Gateway, header: int | str | None, seconds: float
) -> None:
    means = Means("ratelimited", scope=Scope.CHANNEL, retry_after=seconds)
    assert failing(gateway, slack, Http429(header)) == means


@pytest.mark.parametrize("code", ["ratelimited", "rate_limited"])
def test_a_rate_limit_without_its_status_is_one_all_the_same(
    slack: FakeSlack, gateway: Gateway, code: str
) -> None:
    means = Means("ratelimited", scope=Scope.CHANNEL, retry_after=30.0)
    assert failing(gateway, slack, code) == means


def test_a_rate_limit_on_updates_concerns_all_updates(slack: FakeSlack, gateway: Gateway) -> None:
    ts = gateway.post(ONE, MESSAGE, marker="1")
    slack.fail("chat.update", Http429(9))
    with pytest.raises(DeliveryFailed) as caught:
        gateway.update(ONE, ts, MESSAGE, marker="1")
    assert meaning(caught.value) == Means("ratelimited", scope=Scope.METHOD, retry_after=9.0)
