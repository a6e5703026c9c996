"""What people write behind a command, made out of words."""

import argparse
from datetime import timedelta

from bot.domain import durations


def length(text: str) -> timedelta:
    """A length of time, as ``1d``."""
    try:
        return durations.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}; try 1d, 12h or 90m") from error


def number(text: str) -> int:
    """How many."""
    if not text.isdecimal() or len(text) > 9:
        raise argparse.ArgumentTypeError("write a number; try 10000")
    return int(text)


def confirm(question: str) -> bool:
    """Whether whoever sits there agrees, in the one word that is no accident."""
    try:
        return input(f"{question} Write yes: ").strip() == "yes"
    except EOFError:
        return False
