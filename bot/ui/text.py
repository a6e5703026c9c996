"""Other people's words inside Slack's markup: shown as they were written, and nothing more.

Slack's markup has three escapes (``&``, ``<``, ``>``), and they stop its own forms: pings and
disguised links. Formatting, emoji codes and automatic links have none, so `inert` takes away what
triggers them:

- ``*``, ``~``, the backtick, and ``_`` outside a word become characters of the same look. An
  invisible character beside them would not do: Slack takes it for a word border, which is just
  where formatting may begin.
- An invisible word joiner parts ``:smile:``, ``https://``, ``evil.example``, ``@here`` and
  ``#general``. The text objects of `kit` say ``verbatim`` besides, but a message's top-level text
  cannot, and an edited message is parsed more eagerly than a new one.
"""

import re
import unicodedata

from bot.domain.comment import clean

JOINER = "\u2060"
_ELLIPSIS = "…"
_SAME_LOOK = str.maketrans({"*": "\u2217", "~": "\u223c", "`": "\u02cb"})
_LOW_LINE_AT_EDGE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_TRIGGERS = (
    re.compile(r":(?=[\w+'-]+:)"),
    re.compile(r":(?=//)"),
    re.compile(r"(?<=\w)\.(?=[^\W\d_])"),
    re.compile(r"[@#](?=\w)"),
)
_BLANK_LINES = re.compile(r"\n\s*\n")
_PERSON = re.compile(r"[UW][A-Z0-9]{1,30}", re.ASCII)
_ESCAPED_PERSON = re.compile(r"&lt;@([UW][A-Z0-9]{1,30})&gt;", re.ASCII)
_UNFINISHED = re.compile(r"(?:&[a-z]{0,4}|<[^<>]*)$")
# Isolates keep a right-to-left name from turning round the punctuation beside it.
_ISOLATE, _POP = "\u2068", "\u2069"
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
# Beyond this many joined marks in a row it is decoration, and may be cut anywhere.
_LONGEST_CLUSTER = 40
_SHORT_WORD = 12


def size(text: str) -> int:
    """The length of *text* in UTF-16 units: never less than however Slack counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """*text* in at most *limit* units, with … where something is missing; no split characters."""
    if size(text) <= limit:
        return text
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * (limit - 1)]
    end = len(units.decode("utf-16-le", "ignore"))
    border = _border(text, end)
    head = text[:border].rstrip()
    # A whole word less reads better than half a word more.
    space = head.rfind(" ")
    if 0 < space >= border - _SHORT_WORD and not text[border].isspace():
        head = head[:space].rstrip()
    return head + _ELLIPSIS


def _border(text: str, end: int) -> int:
    for border in range(end, max(0, end - _LONGEST_CLUSTER), -1):
        if not _joined(text, border):
            return border
    return end


def _joined(text: str, at: int) -> bool:
    """Whether the characters on both sides of *at* are one to the eye."""
    before, after = text[at - 1], text[at]
    if unicodedata.category(after).startswith("M") or "\u200d" in {before, after}:
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    return _is_flag_half(after) and _flag_halves_before(text, at) % 2 == 1


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flag_halves_before(text: str, at: int) -> int:
    count = 0
    while count < min(at, _LONGEST_CLUSTER) and _is_flag_half(text[at - 1 - count]):
        count += 1
    return count


def escape(text: str) -> str:
    """*text* cleaned, with Slack's three escapes; formatting still applies."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def inert(text: str) -> str:
    """*text* as markup that formats, links and pings nothing; line breaks stay."""
    plain = _LOW_LINE_AT_EDGE.sub("\u02cd", clean(text).translate(_SAME_LOOK))
    for trigger in _TRIGGERS:
        plain = trigger.sub(lambda match: match[0] + JOINER, plain)
    return escape(plain)


def inline(text: str, limit: int) -> str:
    """At most *limit* units of *text* on one line, inert; its direction stays its own."""
    # More than the limit twice over cannot show, and a customer may send 100,000 characters.
    line = cut(" ".join(clean(text[: limit * 4]).split()), limit)
    if any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in line):
        return _ISOLATE + inert(line) + _POP
    return inert(line)


def quote(text: str, limit: int, *, lines: int = 12) -> str:
    """*text* as a quotation of at most *limit* units and *lines* lines.

    Cut before it is escaped, so that no escape is split; what escaping adds is bounded by cutting
    again, shorter, until it takes no more than three times *limit*.
    """
    whole = _BLANK_LINES.sub("\n\n", clean(text)).strip()
    rows = whole.split("\n")
    if len(rows) > lines:
        whole = "\n".join(rows[:lines]) + _ELLIPSIS
    room = limit
    quoted = _quoted(whole, room)
    while size(quoted) > 3 * limit:
        room = room * 3 // 4
        quoted = _quoted(whole, room)
    return quoted


def _quoted(text: str, limit: int) -> str:
    return "\n".join(f"> {line}" for line in inert(cut(text, limit)).split("\n"))


def fit(markup: str, limit: int) -> str:
    """*markup* of our own in at most *limit* units; an escape or a link is never split."""
    if size(markup) <= limit:
        return markup
    return _UNFINISHED.sub("", cut(markup, limit).removesuffix(_ELLIPSIS)) + _ELLIPSIS


def person(user: str) -> str:
    """A person as Slack shows them; whatever is no user id stays text, and "" is Crosstalk."""
    if not user:
        return "Crosstalk"
    return f"<@{user}>" if _PERSON.fullmatch(user) else inline(user, 40)


def said(text: str) -> str:
    """A sentence of ours, such as a refusal's: people in it are shown, all else is escaped."""
    return _ESCAPED_PERSON.sub(r"<@\1>", escape(text))
