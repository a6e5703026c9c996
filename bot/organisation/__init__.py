"""The organisation file: reading ``organisation.toml``, or saying everything that is wrong in it."""

from bot.organisation.loader import load, parse

__all__ = ["load", "parse"]
