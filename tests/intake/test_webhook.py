"""The generic webhook: the shared contract, and what its body may say."""

import json
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Oracle

from bot.domain.comment import Change, ChangeKind
from bot.errors import IntakeRejected
from bot.intake.connector import CONNECTORS, refuse_future, sign
from tests.intake.connector_contract import NOW, SECRET, SOURCE, ConnectorContract

PAYLOADS = Path(__file__).parent.parent / "payloads" / "webhook"


class TestWebhook(ConnectorContract):
    connector = CONNECTORS["webhook"]
    genuine = PAYLOADS / "comment__created.json"
    unknown_event = PAYLOADS / "review__flagged.json"


def parsed(name: str) -> Change:
    (change,) = CONNECTORS["webhook"].parse((PAYLOADS / name).read_bytes(), SOURCE)
    return change


def told(type_: str = "comment.created", /, **data: Any) -> Change:
    body = {"type": type_, "timestamp": "2026-03-02T06:02:00Z",
            "data": {"platform": "x", "id": "1"} | data}  # fmt: skip
    (change,) = CONNECTORS["webhook"].parse(json.dumps(body).encode(), SOURCE)
    return change


def test_every_connector_keeps_the_contract() -> None:
    for module in Path(__file__).parent.glob("test_*.py"):
        import_module(f"tests.intake.{module.stem}")
    kept = {contract.connector.name for contract in ConnectorContract.__subclasses__()}
    assert kept >= set(CONNECTORS)


def test_the_official_library_accepts_our_signature() -> None:
    body = (PAYLOADS / "comment__created.json").read_bytes()
    now = int(datetime.now(UTC).timestamp())
    Oracle(SECRET).verify(body, sign(SECRET, "msg_1", now, body))


def test_we_accept_the_official_library_s_signature() -> None:
    body = (PAYLOADS / "comment__created.json").read_bytes()
    signature = Oracle(SECRET).sign("msg_1", NOW, body.decode())
    headers = sign(SECRET, "msg_1", int(NOW.timestamp()), body)
    assert headers["webhook-signature"] == signature
    several = headers | {"webhook-signature": f"v1a,b2xk v1,AAAA {signature} v2,x"}
    assert TestWebhook().verify(several, body) == "msg_1"


def test_signing_needs_a_real_secret() -> None:
    for secret in ("", "whsec_", "whsec_%%%", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"):
        with pytest.raises(ValueError, match="whsec_"):
            sign(secret, "msg_1", 0, b"")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-id", "msg 1"),
        ("webhook-id", "msg_é"),
        ("webhook-id", "m" * 256),
        ("webhook-id", "msg_1, msg_1"),
        ("webhook-timestamp", "1772431800, 1772431800"),
        ("webhook-timestamp", "１７７２４３１８００"),
        ("webhook-timestamp", "1772431800.0"),
        ("webhook-timestamp", " 1772431800"),
        ("webhook-timestamp", "+1772431800"),
        ("webhook-timestamp", "1772431800\n"),
        ("webhook-timestamp", "9" * 5_000),
        ("webhook-signature", "v1,é"),
        ("webhook-signature", "v1"),
    ],
)
def test_an_odd_header_is_named(name: str, value: str) -> None:
    body = (PAYLOADS / "comment__created.json").read_bytes()
    headers = sign(SECRET, "msg_1", int(NOW.timestamp()), body)
    assert TestWebhook().refused(headers | {name: value}, body).field == name


def test_every_field_that_was_given_is_a_fact() -> None:
    change = parsed("comment__created.json")
    assert change.kind is ChangeKind.CREATED
    assert change.external_id == "17900001"
    assert change.at == datetime(2026, 3, 2, 6, 2, tzinfo=UTC)
    assert change.facts == {
        "platform": "instagram",
        "text": "新手機好正，但客服等咗三日都冇人覆…",
        "author": {
            "id": "u-81",
            "name": "阿明",
            "handle": "@ming.hk",
            "url": "https://instagram.example/ming.hk",
            "followers": 812,
            "created_at": datetime(2019, 7, 1, tzinfo=UTC),
        },
        "url": "https://instagram.example/p/1/c/17900001",
        "created_at": datetime(2026, 3, 2, 6, 2, tzinfo=UTC),
        "language": "zh-Hant",
        "region": "HK",
        "unit": "mobile",
        "account": "brand.hk",
        "parent_id": "17900000",
        "post": {"id": "p-1", "url": "https://instagram.example/p/1", "text": "New phone day"},
        "campaign": "spring-launch",
        "tags": ("phone", "service"),
        "media": ("https://cdn.example/1.jpg", "https://cdn.example/2.jpg"),
        "rating": 3.5,
    }
    assert change.raw["data"]["sentiment"] == {"label": "mixed", "score": 0.41}
    assert change.raw["data"]["media"][2] == "ftp://cdn.example/3.jpg"


def test_what_was_not_said_is_no_fact() -> None:
    assert parsed("comment__created__least.json").facts == {"platform": "facebook"}
    edited = parsed("comment__edited.json")
    assert edited.kind is ChangeKind.UPDATED
    assert edited.facts == {
        "platform": "instagram",
        "text": "新手機好正！",
        "author": {"name": "明仔"},
    }
    assert edited.raw["data"]["rating"] is None


def test_a_deletion_needs_only_the_comment_and_takes_no_words_away() -> None:
    deleted = parsed("comment__deleted.json")
    assert deleted.kind is ChangeKind.DELETED
    assert (deleted.external_id, deleted.facts) == ("17900001", {"platform": "instagram"})


def test_hostile_text_is_made_storable_and_addresses_that_are_not_the_web_s_are_left_out() -> None:
    change = parsed("comment__created__hostile.json")
    assert change.facts == {
        "platform": "facebook",
        "text": "NUL  half \ufffd bell  bidi  <!channel> <@U0MANAGER>"
        " <https://evil.example|bank>\n😀",
        "author": {"name": "two lines"},
    }
    assert change.raw["data"]["author"]["url"] == "javascript:alert(1)"
    assert change.raw["data"]["extrakey"] == ["\ufffd"]


def test_a_hundred_thousand_characters_are_kept() -> None:
    assert told(text="語" * 100_000).facts["text"] == "語" * 100_000


@pytest.mark.parametrize("text", ["", "🎉", "e\u0301\u200f"])
def test_little_text_is_text(text: str) -> None:
    assert told(text=text).facts["text"] == text


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"platform": None}, "data.platform"),
        ({"platform": " "}, "data.platform"),
        ({"id": None}, "data.id"),
        ({"id": 17}, "data.id"),
        ({"id": ""}, "data.id"),
        ({"id": "\0\u202e"}, "data.id"),
        ({"id": "9" * 501}, "data.id"),
        ({"text": ["a"]}, "data.text"),
        ({"author": "Ming"}, "data.author"),
        ({"author": {"name": 5}}, "data.author.name"),
        ({"author": {"followers": True}}, "data.author.followers"),
        ({"author": {"followers": -1}}, "data.author.followers"),
        ({"author": {"followers": 10**40}}, "data.author.followers"),
        ({"author": {"followers": "12"}}, "data.author.followers"),
        ({"author": {"created_at": "2026-03-02T06:02:00"}}, "data.author.created_at"),
        ({"url": 5}, "data.url"),
        ({"url": {}}, "data.url"),
        ({"created_at": "2026-03-02"}, "data.created_at"),
        ({"created_at": "2026-02-30T06:02:00Z"}, "data.created_at"),
        ({"created_at": "0001-01-01T00:00:00+14:00"}, "data.created_at"),
        ({"created_at": "9999-12-31T23:59:59-14:00"}, "data.created_at"),
        ({"created_at": 1_772_431_320}, "data.created_at"),
        ({"language": "x" * 36}, "data.language"),
        ({"post": {"text": 1}}, "data.post.text"),
        ({"tags": "phone"}, "data.tags"),
        ({"tags": [1]}, "data.tags.0"),
        ({"tags": ["t"] * 51}, "data.tags"),
        ({"media": [{"url": 5}]}, "data.media.0"),
        ({"media": ["https://a.example"] * 51}, "data.media"),
        ({"rating": True}, "data.rating"),
        ({"rating": "5"}, "data.rating"),
        ({"rating": 10**400}, "data.rating"),
    ],
)
def test_a_wrong_field_is_named_and_its_content_is_not_repeated(
    data: dict[str, Any], field: str
) -> None:
    with pytest.raises(IntakeRejected) as why:
        told(**data)
    assert (why.value.status, why.value.field) == (422, field)
    for value in data.values():
        assert not isinstance(value, str) or len(value) < 3 or value not in why.value.detail


@pytest.mark.parametrize(
    "envelope",
    [
        {"type": None},
        {"type": 5},
        {"type": ["comment.created"]},
        {"timestamp": None},
        {"timestamp": "2026-03-02T06:02:00"},
        {"timestamp": "yesterday"},
        {"data": None},
        {"data": [1]},
    ],
)
def test_a_wrong_envelope_is_named(envelope: dict[str, Any]) -> None:
    genuine = json.loads((PAYLOADS / "comment__created.json").read_bytes())
    with pytest.raises(IntakeRejected) as why:
        CONNECTORS["webhook"].parse(json.dumps(genuine | envelope).encode(), SOURCE)
    assert why.value.field in envelope


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "data:text/html,x", "//x.example", "x.example", "https://",
        "https://x.example/a b", "https://x.example/\u202e", "https://x.example/<b>",
        "https://x.example/" + "a" * 3_000, "",
    ],
)  # fmt: skip
def test_an_address_that_nobody_must_be_led_to_is_no_fact(url: str) -> None:
    change = told(url=url)
    assert "url" not in change.facts
    assert change.raw["data"]["url"] == url


@pytest.mark.parametrize("url", ["https://x.example", "HTTP://x.example:8080/?q=ä#f"])
def test_an_address_of_the_web_is_a_fact(url: str) -> None:
    assert told(url=url).facts["url"] == url


def test_a_change_from_the_future_is_refused() -> None:
    change = told()
    refuse_future([change], change.at)
    with pytest.raises(IntakeRejected) as why:
        refuse_future([change], datetime(2026, 3, 2, 5, 56, 59, tzinfo=UTC))
    assert why.value.field == "timestamp"
