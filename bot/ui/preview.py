"""Looking at a digest that comes by itself, without its coming."""

from enum import StrEnum


class Preview(StrEnum):
    """Whether a digest is only looked at, and what it would be; each as a button carries it."""

    NO = ""
    WHOLE = "p"
    THREADED = "pt"
    """Most of it would stand in the thread of its opening."""
