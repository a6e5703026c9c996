"""What the chaos run wraps by its name is there, and a name that is gone stops it with clear words."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from chaos.child import SHORTER, STARTED
from chaos.failpoints import FAILPOINTS, KILLED, PASSED, NameGone, named
from chaos.logs import Logs
from chaos.real import AFTER_POST, BEFORE_POST

ROOT = Path(__file__).parent.parent.parent
READY = "from chaos.child import prepare; prepare({sort!r}, {environ!r}); print('prepared')"
ENVIRON = {"CHAOS_SEED": "1", "CHAOS_DEADLY": "0", "CHAOS_SKEW": "0", "CHAOS_NAIVE": "1"}


@pytest.mark.parametrize("sort", FAILPOINTS)
def test_a_process_of_each_sort_can_be_made_mortal(sort: str) -> None:
    # In a process of its own: what is wrapped stays so.
    code = READY.format(sort=sort, environ=ENVIRON)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert (done.stderr.decode(), done.stdout.decode()) == ("", "prepared\n")


def test_every_sort_of_process_says_when_it_has_started() -> None:
    assert set(STARTED) == set(FAILPOINTS)
    for owner, name in STARTED.values():
        assert callable(named(owner, name))


def test_every_wait_that_is_shortened_is_there() -> None:
    for module, name, _ in SHORTER:
        assert named(module, name)


def test_a_name_that_is_gone_is_told_with_where_to_mend_it() -> None:
    owner = SimpleNamespace(__name__="bot.slack.delivery")
    with pytest.raises(NameGone, match=r"bot.slack.delivery has no settle .* chaos/failpoints.py"):
        named(owner, "settle")


def test_the_measured_deaths_are_at_failpoints_that_there_are() -> None:
    assert {BEFORE_POST, AFTER_POST} <= {str(point) for point in FAILPOINTS["worker"]}


def test_a_failpoint_that_nobody_went_through_is_told() -> None:
    first, *others = FAILPOINTS["clock"]
    lines = [("clock-0", "clock", f"{PASSED}{point}") for point in others]
    assert Logs(lines).never_passed() == [f"clock: {first}"]
    assert Logs([*lines, ("clock-1", "clock", f"{PASSED}{first}")]).never_passed() == []


def test_deaths_are_counted_by_their_place() -> None:
    lines = [("web-0", "web", f"{KILLED}before web._answered")] * 2
    assert Logs(lines).deaths() == {"before web._answered": 2}
