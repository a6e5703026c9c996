"""HTML in which every text is escaped unless it was made here."""

from html import escape

from bot.domain.comment import clean

_VOID = frozenset({"meta", "br"})
# Neither letters nor controls, and no page may hold them.
_NO_CHARACTERS = {0xFFFE: None, 0xFFFF: None}


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def el(name: str, /, *inside: str, **attributes: str) -> Html:
    """An element; ``class_`` and ``aria_label`` stand for names that Python does not allow."""
    given = "".join(f' {_name(key)}="{_safe(value)}"' for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{given}>")
    return Html(f"<{name}{given}>{joined(*inside)}</{name}>")


def joined(*parts: str) -> Html:
    """*parts* one after the other, with what is not HTML escaped."""
    return Html("".join(part if isinstance(part, Html) else _safe(part) for part in parts))


def words(text: str, name: str = "span", /, **attributes: str) -> Html:
    """Somebody else's words: in a language and a direction that nobody has told."""
    return el(name, text, lang="", dir="auto", **attributes)


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _safe(text: str) -> str:
    return escape(clean(text).translate(_NO_CHARACTERS))
