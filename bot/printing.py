"""What a command says to whoever typed it."""

import sys


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(text + "\n")
