"""`crosstalk route`: who would get a comment, by the rules and by what was learned."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.classifier import Router, storage
from bot.organisation import parse
from bot.store import models
from bot.store.database import Database
from bot.store.lessons import Seen
from bot.store.models import StoredModel
from tests.cli.conftest import Shell
from tests.organisation.samples import GOOD, TODAY

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
TOLD = {"like": {"product": {"hinge": [12, 9], "wobbles": [12]}}}


def learn(database: Database, *, data: bytes = b"") -> None:
    """Have a model live that knows hinges to be the product's, or *data*."""
    router = Router(parse(GOOD, today=TODAY))
    for at in range(40):
        mine = bool(at % 2)
        text = f"the hinge wobbles {at}" if mine else f"where is my parcel {at}"
        router.learn(text, {"product"} if mine else {"service"}, lang="en")
    router.flush()
    made = data or storage.pack({"departments": router.model})
    model = StoredModel(version=3, made_at=NOW, data=made, told=TOLD, seen=Seen(40, 40))
    with database.transaction() as session:
        assert models.save(session, model)


def test_it_tells_the_teams_and_why(shell: Shell) -> None:
    words = ("A refund, my order is late", "--unit", "mobile", "--language", "en")
    answer = "Service HK (lead) — rule “refund”: refund\n"
    assert shell("route", *words) == (0, answer, "")
    assert shell("route", "what a day", "--language", "en") == (
        0, "Triage — no rule matches\n", "")  # fmt: skip


def test_a_rule_that_names_no_team_is_told_with_what_mends_it(shell: Shell, home: Path) -> None:
    rule = '[[rule]]\nname = "only a tag"\nwhen.text = ["zebra"]\nthen.tags = ["animal"]\n'
    (home / "organisation.toml").write_text(f"{GOOD}\n{rule}")
    code, out, _ = shell("route", "a zebra", "--language", "en")
    assert (code, out.splitlines()) == (
        0,
        [
            "Triage — the rule “only a tag” matches, but names no team; a manager can change that",
            "To ask somebody, set then.departments or then.teams of that rule in organisation.toml.",
        ],
    )


def test_before_anything_is_learned_the_lexicon_offers_a_team(shell: Shell, home: Path) -> None:
    code, out, err = shell("route", "A refund, my screen is broken", "--unit", "mobile")
    assert (code, err) == (0, "")
    first, triage, perhaps, language = out.splitlines()
    assert first == "Service HK (lead) — rule “refund”: refund"
    assert triage == "Triage — another team may be concerned"
    assert re.fullmatch(r"Perhaps Product Mobile, \d\d% — .*\bscreen\b.*", perhaps)
    assert language == "Language — en, told by the text"
    assert not (home / "crosstalk.db").exists()


def test_what_was_learned_is_told_with_its_words_and_cases(
    shell: Shell, upgraded: Database
) -> None:
    learn(upgraded)
    code, out, err = shell("route", "this hinge wobbles", "--unit", "mobile", "--language", "en")
    assert (code, err) == (0, "")
    (line,) = out.splitlines()
    assert line.startswith("Product Mobile (lead) — learned: ")
    assert "hinge" in line
    assert line.endswith(", as in #12, #9")


def test_as_json_it_is_the_whole_decision(shell: Shell, home: Path) -> None:
    code, out, _ = shell("route", "退款 please", "--region", "UK", "--language", "en", "--json")
    assert code == 0
    reason = {"kind": "rule", "name": "refund", "words": ["退款"], "team": "", "like": []}
    assert json.loads(out) == {
        "teams": [{"team": "service-hk", "name": "Service HK", "because": [reason]}],
        "units": [],
        "regions": ["HK"],
        "priority": "normal",
        "tags": [],
        "lead": "service-hk",
        "triage": "",
        "suggested": [],
        "orphans": [],
        "nameless": [],
        "prioritised": False,
        "pressing": [],
        "language": "en",
        "learned": 0,
    }
    assert "退款" in out
    assert not (home / "crosstalk.db").exists()


def test_as_json_a_suggestion_has_its_team_and_reasons(shell: Shell, upgraded: Database) -> None:
    learn(upgraded)
    words = ("refund! the hinge wobbles", "--unit", "mobile", "--json")
    found = json.loads(shell("route", *words)[1])
    assert (found["learned"], found["language"]) == (3, "en")
    asked = [team["team"] for team in found["teams"]] + [s["team"] for s in found["suggested"]]
    assert asked == ["service-hk", "mobile"]
    learned = [why for team in found["teams"] for why in team["because"] if why["like"]]
    assert [why["like"] for why in learned + found["suggested"]] == [[12, 9]]


def test_a_model_that_cannot_be_read_leaves_the_rules(shell: Shell, upgraded: Database) -> None:
    learn(upgraded, data=b"not a model")
    code, out, err = shell("route", "a refund", "--json")
    assert (code, json.loads(out)["learned"]) == (0, 0)
    assert err == "these are no routing models of Crosstalk's; only the rules' words are used\n"


def test_a_database_of_another_release_or_none_leaves_the_rules(
    shell: Shell, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = (0, "Service HK (lead) — rule “refund”: refund\n", "")
    (home / "crosstalk.db").write_bytes(b"")
    assert shell("route", "a refund", "--language", "en") == answer
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert shell("route", "a refund", "--language", "en") == answer


@pytest.mark.parametrize("text", ["", "\x00", "x" * 100_000, "[bold]", "-5 stars", "{}"])
def test_any_text_is_taken(shell: Shell, text: str) -> None:
    answer = (0, "Triage — no rule matches\n", "")
    assert shell("route", "--language", "en", "--", text) == answer
