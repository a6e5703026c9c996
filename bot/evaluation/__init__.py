"""``crosstalk routing evaluate``: how well routing does on labelled comments."""

from bot.evaluation.command import evaluate

__all__ = ["evaluate"]
