"""What is remembered of customers' texts, so that the same words are not looked at anew each time."""

from bot.classifier import features, lexicon, text


def forget() -> None:
    """Remember nothing of any text; what a router remembers by itself goes with it."""
    text.forget()
    features.forget()
    lexicon.shipped_index().forget()
