"""The flags of `crosstalk digest`: where they may stand, and what is refused."""

import json

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_digest import days


@pytest.mark.usefixtures("upgraded")
@pytest.mark.parametrize(
    "typed",
    [
        ("service-hk", "--json", "7d", "vs", "previous"),
        ("--json", "service-hk", "7d", "vs", "previous"),
        ("service-hk", "7d", "vs", "previous", "--json"),
    ],
)
def test_a_flag_may_stand_among_the_words(shell: Shell, typed: tuple[str, ...]) -> None:
    code, out, err = shell("digest", *typed)
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["scope"]["key"] == "service-hk"
    assert days(found) == pytest.approx(7, abs=0.05)
    _, said, _ = shell("digest", "service-hk", "7d", "vs", "previous")
    assert "There is nothing before to compare with." in said


@pytest.mark.parametrize("typed", ["digest --json x --jsn", "doctor x", "db upgrade x"])
def test_what_no_command_knows_is_refused(
    shell: Shell, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    with pytest.raises(SystemExit) as leaving:
        shell(*typed.split())
    assert leaving.value.code == 2
    assert "unrecognized arguments: " in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        *(f"--period={period}" for period in ("", "soon", "-1d", "1x", "9" * 400 + "d")),
        "--json --csv",
        "--csv --html x.html",
    ],
)
def test_flags_that_make_no_sense_are_refused(
    shell: Shell, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    with pytest.raises(SystemExit) as leaving:
        shell("digest", *words.split())
    assert leaving.value.code == 2
    assert "argument --" in capsys.readouterr().err
