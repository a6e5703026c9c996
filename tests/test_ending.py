"""A signal is heard whatever the main thread is doing at that moment."""

import subprocess
import sys

import pytest

# The event's own lock is what `wait` holds for a moment each time it is called; a signal that
# comes then must not wait for it.
_HELD = """
import signal
from bot.ending import asked
with asked() as ending:
    with ending._cond:
        signal.raise_signal(signal.{name})
    ending.wait()
    print("heard", 0 < ending.left(6.0) <= 6.0)
"""


def run(name: str, program: str = _HELD) -> str:
    """What *program* says, on both outputs."""
    ran = subprocess.run(
        [sys.executable, "-c", program.format(name=name)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=20,
        check=True,
    )
    return ran.stdout


def test_a_signal_in_the_middle_of_a_wait_is_heard() -> None:
    assert "heard True" in run("SIGTERM")


def test_so_is_ctrl_c() -> None:
    assert "heard True" in run("SIGINT")


# The system gives a signal to any thread that takes it; Python runs the handler in the main thread
# all the same, which here sleeps and is not woken.
_ELSEWHERE = """
import os, signal, threading
from bot.ending import asked
with asked() as ending:
    other = threading.Thread(target=ending.wait)
    other.start()
    signal.pthread_sigmask(signal.SIG_BLOCK, {{signal.{name}}})
    threading.Timer(0.1, os.kill, (os.getpid(), signal.{name})).start()
    ending.wait()
    print("heard", 0 < ending.left(6.0) <= 6.0)
"""


def test_a_signal_that_wakes_another_thread_is_heard() -> None:
    assert "heard True" in run("SIGTERM", _ELSEWHERE)


# A platform may change its mind while the process has hardly begun to listen.
_AT_ONCE = """
import signal
from bot.ending import asked
listen = signal.signal
def listen_and_be_asked(number, handler):
    before = listen(number, handler)
    if number == signal.{name}:
        signal.signal = listen
        signal.raise_signal(number)
    return before
signal.signal = listen_and_be_asked
with asked() as ending:
    print("heard", ending.wait(5))
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_that_comes_as_soon_as_it_is_listened_for_is_heard(name: str) -> None:
    assert "heard True" in run(name, _AT_ONCE)


# A loop that is to hear of any signal of its own has all of them written down for itself.
_LOOP = """
import asyncio, signal
from bot.ending import asked
async def serve():
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, print)
    signal.raise_signal(signal.{name})
    print("heard", await asyncio.to_thread(ending.wait, 5))
with asked() as ending:
    asyncio.run(serve())
"""


def test_a_loop_of_events_does_not_keep_a_signal_to_itself() -> None:
    assert "heard True" in run("SIGTERM", _LOOP)


# Who stops a container and then loses patience sends another one.
_BOTH = """
import signal, threading
from bot.ending import asked
with asked() as ending:
    signal.raise_signal(signal.{name})
    print("heard", ending.wait(5))
    for each in threading.enumerate():
        if each.name == "signals":
            each.join(0.2)
    signal.raise_signal(signal.SIGINT)
"""


def test_another_kind_of_signal_after_the_first_is_taken_without_a_complaint() -> None:
    said = run("SIGTERM", _BOTH)
    assert "heard True" in said
    assert "BrokenPipeError" not in said
