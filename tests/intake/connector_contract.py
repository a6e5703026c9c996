"""What every connector promises; a test class per connector inherits these tests.

A connector that signs in its own way overrides `signed`.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from bot.domain.comment import Change
from bot.domain.organisation import Source
from bot.errors import IntakeRejected
from bot.intake.connector import Connector, Request, sign

NOW = datetime(2026, 3, 2, 6, 10, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLDER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
STRANGER = "whsec_aGVsbG8gSSBhbSBhIHN0cmFuZ2VyIGhlcmU="
SOURCE = Source(key="instagram-hk", platform="instagram")

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.sampled_from(["\ud800", "\0", "https://x.example", "2026-03-02T06:02:00Z", 10**30])
)
_NAMES = st.sampled_from(
    ["platform", "id", "text", "author", "url", "created_at", "post", "tags", "media", "rating",
     "followers", "name", "language", "parent_id", "\ud800", "timestamp", "type", "data"]
)  # fmt: skip
ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=8),
    max_leaves=25,
)
HEADERS = st.dictionaries(
    st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "x-other"]),
    st.text(st.characters(), max_size=40)
    | st.sampled_from(["msg_1", str(int(NOW.timestamp())), "v1,", "v1,AAAA", "v1a,é", "٣" * 10]),
)

# Every subclass runs the same tests with a connector of its own.
shared = settings(suppress_health_check=[HealthCheck.differing_executors])


def storable(change: Change) -> bool:
    """Whether a database can hold what *change* says."""
    told = json.dumps([change.external_id, dict(change.facts), dict(change.raw)], default=str,
                      ensure_ascii=False)  # fmt: skip
    told.encode()
    return "\\u0000" not in told


class ConnectorContract:
    """The shared tests; ``connector``, ``genuine`` and ``unknown_event`` are the subclass's."""

    connector: Connector
    genuine: Path
    unknown_event: Path

    def signed(
        self, body: bytes, *, secret: str = SECRET, at: datetime = NOW, delivery_id: str = "msg_1"
    ) -> dict[str, str]:
        return sign(secret, delivery_id, int(at.timestamp()), body)

    def verify(self, headers: Mapping[str, str], body: bytes, *secrets: str) -> str:
        return self.connector.verify(Request(headers, body), secrets or (SECRET,), NOW)

    def refused(self, headers: Mapping[str, str], body: bytes, *secrets: str) -> IntakeRejected:
        with pytest.raises(IntakeRejected) as why:
            self.verify(headers, body, *secrets)
        assert why.value.status == 401
        assert SECRET not in str(why.value)
        return why.value

    def test_a_signed_delivery_is_known_by_its_id(self) -> None:
        body = self.genuine.read_bytes()
        assert self.verify(self.signed(body), body) == "msg_1"

    def test_a_replay_has_the_same_id(self) -> None:
        body = self.genuine.read_bytes()
        headers = self.signed(body, delivery_id="msg_again")
        assert self.verify(headers, body) == self.verify(headers, body) == "msg_again"

    def test_an_unsigned_delivery_is_refused(self) -> None:
        self.refused({}, self.genuine.read_bytes())

    def test_a_delivery_that_lacks_one_header_is_refused(self) -> None:
        body = self.genuine.read_bytes()
        headers = self.signed(body)
        for name in headers:
            self.refused({k: v for k, v in headers.items() if k != name}, body)
            self.refused(headers | {name: ""}, body)

    def test_another_secret_is_refused(self) -> None:
        body = self.genuine.read_bytes()
        self.refused(self.signed(body, secret=STRANGER), body)

    def test_a_changed_body_is_refused(self) -> None:
        body = self.genuine.read_bytes()
        self.refused(self.signed(body), body + b" ")

    def test_a_changed_header_is_refused(self) -> None:
        body = self.genuine.read_bytes()
        headers = self.signed(body)
        for name, value in headers.items():
            self.refused(headers | {name: value[:-1] + ("0" if value[-1] != "0" else "1")}, body)

    @pytest.mark.parametrize("seconds", [-301, 301, -86_400, 86_400])
    def test_a_stale_or_future_delivery_is_refused(self, seconds: int) -> None:
        body = self.genuine.read_bytes()
        at = datetime.fromtimestamp(NOW.timestamp() + seconds, UTC)
        self.refused(self.signed(body, at=at), body)

    @pytest.mark.parametrize("seconds", [-300, 300])
    def test_five_minutes_either_way_are_let_through(self, seconds: int) -> None:
        body = self.genuine.read_bytes()
        at = datetime.fromtimestamp(NOW.timestamp() + seconds, UTC)
        assert self.verify(self.signed(body, at=at), body)

    def test_any_of_several_secrets_will_do(self) -> None:
        body = self.genuine.read_bytes()
        assert self.verify(self.signed(body, secret=OLDER), body, SECRET, OLDER)
        assert self.verify(self.signed(body, secret=SECRET), body, SECRET, OLDER)
        self.refused(self.signed(body, secret=OLDER), body, SECRET)

    def test_without_a_usable_secret_everything_is_refused(self) -> None:
        body = self.genuine.read_bytes()
        with pytest.raises(IntakeRejected, match="No secret"):
            self.connector.verify(Request(self.signed(body), body), (), NOW)
        self.refused(self.signed(body), body, "whsec_", "whsec_not base64!", "whsec_é", "plain")

    def test_an_unknown_event_changes_nothing(self) -> None:
        assert self.connector.parse(self.unknown_event.read_bytes(), SOURCE) == ()

    def test_a_genuine_delivery_tells_of_a_comment_of_the_source(self) -> None:
        (change,) = self.connector.parse(self.genuine.read_bytes(), SOURCE)
        assert change.source == SOURCE.key
        assert change.raw
        assert storable(change)

    @shared
    @given(headers=HEADERS, body=st.binary(max_size=200))
    def test_verifying_never_fails_in_another_way(
        self, headers: dict[str, str], body: bytes
    ) -> None:
        self.refused(headers, body)

    @shared
    @given(body=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
    def test_parsing_bytes_never_fails_in_another_way(self, body: bytes) -> None:
        self.parse(body)

    @shared
    @given(data=ANYTHING)
    def test_parsing_anything_never_fails_in_another_way(self, data: Any) -> None:
        genuine = json.loads(self.genuine.read_bytes())
        spoilt = [genuine | {name: data} for name in genuine]
        for told in (data, *spoilt, self.mixed(genuine, data)):
            self.parse(json.dumps(told).encode())

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(b"[" * 200_000, id="deep and open"),
            pytest.param(b"[" * 900 + b"]" * 900, id="deep"),
            pytest.param(b'{"text": "\xff"}', id="not UTF-8"),
            pytest.param('{"type": "x"}'.encode("utf-16"), id="UTF-16"),
            pytest.param(b"", id="empty"),
            pytest.param(b"null", id="null"),
            pytest.param(b'"comment.created"', id="text"),
            pytest.param(b"{}", id="nothing in it"),
        ],
    )
    def test_what_is_no_object_of_ours_is_refused_clearly(self, body: bytes) -> None:
        with pytest.raises(IntakeRejected) as why:
            self.connector.parse(body, SOURCE)
        assert why.value.status == 422
        assert why.value.detail

    @pytest.mark.parametrize(
        "value",
        [
            pytest.param(b"[" * 60 + b"]" * 60, id="deep lists"),
            pytest.param(b'{"a":' * 60 + b"1" + b"}" * 60, id="deep objects"),
            pytest.param(b"9" * 5_000, id="huge whole number"),
            pytest.param(b"1e999", id="infinite"),
            pytest.param(b"NaN", id="not a number"),
            pytest.param(b"-Infinity", id="minus infinity"),
            pytest.param(b'{"id": "1", "id": "2"}', id="named twice"),
            pytest.param(b'"\xff"', id="not UTF-8"),
        ],
    )
    def test_one_unreadable_value_spoils_a_genuine_delivery(self, value: bytes) -> None:
        genuine = self.genuine.read_bytes().rstrip().removesuffix(b"}")
        with pytest.raises(IntakeRejected) as why:
            self.connector.parse(genuine + b', "more": ' + value + b"}", SOURCE)
        assert why.value.status == 422
        assert self.connector.parse(genuine + b', "more": 1}', SOURCE)

    def parse(self, body: bytes) -> None:
        outcome: IntakeRejected | tuple[Change, ...]
        try:
            outcome = self.connector.parse(body, SOURCE)
        except IntakeRejected as why:
            outcome = why
        if isinstance(outcome, IntakeRejected):
            assert (outcome.status, bool(outcome.detail)) == (422, True)
        else:
            assert all(storable(change) for change in outcome)

    def mixed(self, genuine: dict[str, Any], data: Any) -> dict[str, Any]:
        strange = data if isinstance(data, dict) else {"author": data, "tags": data}
        inner = {name: it | strange for name, it in genuine.items() if isinstance(it, dict)}
        return genuine | (inner or strange)
