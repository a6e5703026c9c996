"""What a spreadsheet may take for a formula, in a cell that a customer has written."""

UNSEEN = (
    r"[\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
"""A character that nobody sees, as a class of a regular expression; spreadsheets look past some."""

SIGNS = r"[=+\-@＝＋－＠﹦﹢﹣﹫−]"
"""What a formula begins with, also as wide or small as some keyboards write it."""
