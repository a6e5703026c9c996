"""What one team's people write, as the other teams' threads show it."""

import re
from collections.abc import Sequence

from bot.domain.comment import clean
from bot.domain.organisation import Organisation
from bot.ui import wording
from bot.ui.comment import address, safe_url
from bot.ui.kit import Message, context, cut, escape, fit, person, section
from bot.ui.text import JOINER

_MOST_WORDS = 2_400
_LONGEST = 2_900
_MOST_FILES = 10
_TOKEN = re.compile(r"<([^<>\n]+)>")
_CHANNEL = re.compile(r"#([CG][A-Z0-9]{1,30})(?:\|[^|]*)?", re.ASCII)
_PERSON = re.compile(r"@([UW][A-Z0-9]{1,30})(?:\|[^|]*)?", re.ASCII)
# What Slack turns into a call by itself where it is told to look for names.
_CALL = re.compile(r"[@#](?=\w)")
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def relayed(
    organisation: Organisation, team: str, by: str, text: str, files: Sequence[str]
) -> Message:
    """*text*, as Slack gave it, from *by* in *team*; *files* are the addresses of what came along.

    People, channels and links in it stay what they are; calls to everybody or to a group become
    words.
    """
    who = f"*{wording.team(organisation, team)}*, {person(by)}:"
    told = fit(f"{who} {kept(text)}".rstrip(), _LONGEST)
    links = [f"📎 <{url}|File {n}>" for n, url in enumerate(_safe(files), 1)]
    blocks = [section(told), *([context(" · ".join(links))] if links else [])]
    return Message(told, blocks)


def kept(text: str) -> str:
    """A colleague's words with their people and links, and with nothing that rings a channel."""
    parts: list[str] = []
    end = 0
    words = _cut(clean(text))
    for match in _TOKEN.finditer(words):
        parts += [_plain(words[end : match.start()]), _token(match[1])]
        end = match.end()
    return "".join([*parts, _plain(words[end:])])


def _cut(text: str) -> str:
    short = cut(text, _MOST_WORDS)
    if short == text:
        return text
    # Half a mention or half an escape would show as rubbish.
    return re.sub(r"(?:<[^<>]*|&[a-z]{0,4})…$", "…", short)


def _token(inside: str) -> str:
    if someone := _PERSON.fullmatch(inside):
        return person(someone[1])
    if channel := _CHANNEL.fullmatch(inside):
        return f"<#{channel[1]}>"
    target, _, label = inside.partition("|")
    if target.startswith("!"):
        return _plain(label or f"@{target[1:].partition('^')[0]}")
    if target.startswith("mailto:"):
        return _plain(label or target.removeprefix("mailto:"))
    if ":" not in target:
        # Slack's own tokens are never like that; somebody wrote it so, in a form of ours.
        return _plain(f"<{inside}>")
    url = _link(_unescaped(target))
    shown = _plain(label or address(_unescaped(target)))
    return (
        f"<{url}|{shown.replace('|', ' ').strip() or 'link'}>" if url else _plain(label or target)
    )


def _plain(text: str) -> str:
    return escape(_CALL.sub(lambda match: match[0] + JOINER, _unescaped(text)))


def _unescaped(text: str) -> str:
    for entity, char in _ESCAPES:
        text = text.replace(entity, char)
    return text


def _safe(files: Sequence[str]) -> list[str]:
    return [url for file in files[:_MOST_FILES] if (url := _link(file))]


def _link(url: str) -> str:
    """An address in which no call to anybody can hide."""
    return safe_url(url).replace("@", "%40")
