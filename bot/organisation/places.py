"""Where things stand in a TOML text: `tomllib` says what it holds, but not in which line."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any, NamedTuple

from bot.organisation.wording import brief, shown

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r'''(?P<string>
            """(?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*"{3,5}
          | \'\'\'(?:[^']|'{1,2}(?!'))*'{3,5}
          | "(?:[^"\\\n]|\\.)*"
          | '[^'\n]*'
        )
      | (?P<mark>[\[\]{}=,.\n])
      | (?P<blank>[ \t\r]+|\#[^\n]*)
      | (?P<bare>[^\[\]{}=,.\n \t\r\#"']+|["'])
    ''',
    re.VERBOSE,
)
# The key that names a table of each list; a step of the escalation has only its number.
_LABELS = {
    "source": "key",
    "team": "key",
    "rule": "name",
    "escalation": None,
    "digest": "key",
    "policy": None,
    "urgency": None,
}


class Places:
    """The line of every key, table and list item of a valid TOML text."""

    def __init__(self, name: str, text: str, data: dict[str, Any]) -> None:
        self._name = name
        self._data = data
        self._lines = _Scan(text).lines

    def line(self, path: Path) -> int:
        """The line of *path*, or of the nearest thing around it."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def describe(self, path: Path) -> str:
        """Say where *path* is: ``organisation.toml:41 team “service-hk” → hours``."""
        place = f"{self._name}:{self.line(path)}"
        words = self._words(path)
        return f"{place} {words}" if words else place

    def _words(self, path: Path) -> str:
        match path:
            case (str(section), int(index), *rest) if section in _LABELS:
                return " → ".join(filter(None, [self._label(section, index), _dotted(rest)]))
            case _:
                return _dotted(list(path))

    def _label(self, section: str, index: int) -> str:
        table = self._data[section][index]
        label = table.get(_LABELS[section]) if isinstance(table, dict) else None
        if isinstance(label, str) and label.strip():
            return f"{section} {shown(label)}"
        return f"{section} number {index + 1}"


def _dotted(path: list[str | int]) -> str:
    return ".".join(brief(key) for key in path if isinstance(key, str))


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind != "blank":
            yield _Token(match[0] if kind == "mark" else kind, match[0], line)
        line += match[0].count("\n")
    yield _Token("end", "", line)


class _Scan:
    """Walks through a text that `tomllib` has accepted, so it need not look for mistakes."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._newest: dict[Path, int] = {}
        self.lines: dict[Path, int] = {(): 1}
        self._document()

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at += 1
        return token

    def _skip(self, *kinds: str) -> bool:
        start = self._at
        while self._next.kind in kinds:
            self._at += 1
        return self._at > start

    def _note(self, path: Path, line: int) -> Path:
        for end in range(1, len(path) + 1):
            self.lines.setdefault(path[:end], line)
        return path

    def _document(self) -> None:
        table: Path = ()
        self._skip("\n")
        while self._next.kind != "end":
            if self._next.kind == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip("\n")

    def _header(self) -> Path:
        line = self._take().line
        is_list = self._next.kind == "["
        self._skip("[")
        *parents, last = self._keys()
        self._skip("]")
        path: Path = ()
        for key in parents:
            path = (*path, key)
            path = (*path, self._newest[path]) if path in self._newest else path
        path = (*path, last)
        if is_list:
            self._newest[path] = self._newest.get(path, -1) + 1
            path = (*path, self._newest[path])
        return self._note(path, line)

    def _keys(self) -> list[str]:
        keys = [self._key()]
        while self._skip("."):
            keys.append(self._key())
        return keys

    def _key(self) -> str:
        token = self._take()
        if token.kind != "string":
            return token.text
        return str(tomllib.loads(f"key = {token.text}")["key"])

    def _pair(self, table: Path) -> None:
        line = self._next.line
        path = self._note((*table, *self._keys()), line)
        self._take()
        self._value(path)

    def _value(self, path: Path) -> None:
        if self._next.kind == "[":
            self._list(path)
        elif self._next.kind == "{":
            self._inline(path)
        else:
            while self._skip("string", "bare", "."):
                pass

    def _list(self, path: Path) -> None:
        self._take()
        index = 0
        self._skip("\n")
        while self._next.kind != "]":
            self._value(self._note((*path, index), self._next.line))
            index += 1
            self._skip("\n", ",")
        self._take()

    def _inline(self, path: Path) -> None:
        self._take()
        self._skip("\n")
        while self._next.kind != "}":
            self._pair(path)
            self._skip("\n", ",")
        self._take()
