"""Routing that is learned: a `Router` suggests departments, and learns from every correction."""

from bot.classifier.examples import Example, Kind
from bot.classifier.explaining import Reason
from bot.classifier.model import Model
from bot.classifier.router import Judgement, Router

__all__ = ["Example", "Judgement", "Kind", "Model", "Reason", "Router"]
