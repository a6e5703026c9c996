"""Commands that answer a question: `org check`, `route`, and what is no command."""

from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.organisation.samples import spoiled

ROOT = Path(__file__).parent.parent.parent


def test_a_good_organisation_file_is_called_good(shell: Shell) -> None:
    answer = "organisation.toml is good: 2 teams, 1 sources, 2 rules\n"
    assert shell("org", "check") == (0, answer, "")


def test_a_bad_organisation_file_is_told_fault_by_fault(shell: Shell, home: Path) -> None:
    bad = spoiled(('claim_within = "1h"', 'claim_wihtin = "1h"'), ('"high"', '"asap"'))
    (home / "organisation.toml").write_text(bad)
    code, out, err = shell("org", "check")
    assert (code, out) == (2, "")
    first, second = err.splitlines()
    assert first == (
        "organisation.toml:20 team “service-hk” → claim_wihtin: is not a key that belongs here"
        " — did you mean claim_within?"
    )
    assert second.startswith("organisation.toml:48 rule “screen” → then.priority: ")


@pytest.mark.parametrize(
    "command",
    [
        ("org", "check"),
        ("route", "refund"),
        ("digest",),
        ("import", "x.csv", "--source", "facebook-hk"),
    ],
)
def test_without_an_organisation_file_it_says_where_to_get_one(
    shell: Shell, home: Path, command: tuple[str, ...]
) -> None:
    (home / "organisation.toml").unlink()
    code, out, err = shell(*command)
    assert (code, out) == (2, "")
    assert err.startswith("organisation.toml: ")
    assert "copy organisation.example.toml" in err
    assert len(err.splitlines()) == 1


def test_another_organisation_file_may_be_named(
    shell: Shell, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "organisation.toml").rename(home / "ours.toml")
    (home / ".env").write_text("CROSSTALK_ORG=ours.toml\n")
    assert shell("org", "check")[1].startswith("ours.toml is good")
    monkeypatch.setenv("CROSSTALK_ORG", "theirs.toml")
    assert shell("org", "check")[0] == 2


def test_the_example_that_we_ship_is_good(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSTALK_ORG", str(ROOT / "organisation.example.toml"))
    code, out, err = shell("org", "check")
    assert (code, err) == (0, "")
    assert " is good: " in out


@pytest.mark.parametrize("words", [("dance",), ("org",), ("db", "downgrade"), ("import",)])
def test_what_is_no_command_gets_the_usage(
    shell: Shell, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as leaving:
        shell(*words)
    assert leaving.value.code == 2
    assert capsys.readouterr().err.startswith("usage: crosstalk")


def test_without_a_command_the_commands_are_listed(shell: Shell) -> None:
    code, out, _ = shell()
    assert code == 0
    assert "doctor" in out


def test_help_names_every_command(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        shell("--help")
    assert leaving.value.code == 0
    told = capsys.readouterr().out
    for name in ("run", "web", "worker", "clock", "demo", "import", "route", "digest", "org", "db",
                 "doctor"):  # fmt: skip
        assert f"\n    {name} " in told
