"""The command line: `crosstalk --help`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import arguments, config, logs
from bot.entries import Entry
from bot.errors import CrosstalkError, DatabaseAway, Misconfigured

_AWAY = "The database does not answer. Check DATABASE_URL, and that it can be reached from here."
_DEMO_PORT = 4390
authors, bot_main, comparing, demo, doctor = map(
    Entry, ("bot.authors", "bot.main", "bot.comparing", "bot.demo", "bot.doctor")
)
evaluation, exports, tools, upkeep = map(
    Entry, ("bot.evaluation", "bot.exports", "bot.tools", "bot.upkeep")
)

Run = Callable[[argparse.Namespace], int]
if TYPE_CHECKING:
    # argparse has no public name for what add_subparsers gives.
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 well, 1 something to mend, 2 misconfigured."""
    parser = _parser()
    given = sys.argv[1:] if arguments is None else arguments
    if not given:
        parser.print_help()
        return 0
    chosen = _read(parser, given)
    run: Run = chosen.run
    try:
        return run(chosen)
    except Misconfigured as wrong:
        for fault in wrong.faults:
            sys.stderr.write(f"{fault}\n")
        return 2
    except DatabaseAway as away:
        sys.stderr.write(f"{_AWAY} ({away})\n")
        return 1
    except CrosstalkError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except BrokenPipeError:
        return 0


def _read(parser: argparse.ArgumentParser, given: Sequence[str]) -> argparse.Namespace:
    """What was typed; words may stand on both sides of a flag, which argparse does not see."""
    chosen, more = parser.parse_known_args(given)
    if more and ("words" not in chosen or any(word.startswith("-") for word in more)):
        parser.error(f"unrecognized arguments: {' '.join(more)}")
    if more:
        chosen.words += more
    return chosen


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="crosstalk", description="Cross-department ownership of customers' comments, in Slack."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_processes(commands)
    _add_demo(commands)
    _add_import(commands)
    _add_route(commands)
    _add_routing(commands)
    _add_digest(commands)
    _add_authors(commands)
    _add_care(commands)
    return parser


def _add_processes(commands: "Commands") -> None:
    for name, start, about in (
        ("run", "everything", "everything in one process"),
        ("web", "web", "what Slack and the sources talk to"),
        ("worker", "worker", "what talks to Slack"),
        ("clock", "clock", "what notices time passing"),
    ):
        commands.add_parser(name, help=about).set_defaults(run=_process(start))


def _process(name: str) -> Run:
    def run(_: argparse.Namespace) -> int:
        settings = config.load()
        logs.configure(settings.log_format)
        getattr(bot_main, name)(settings)
        return 0

    return run


def _add_demo(commands: "Commands") -> None:
    parser = commands.add_parser("demo", help="a local Slack workspace with the bot in it")
    parser.add_argument("--fast", action="store_true", help="send all sample comments at once")
    parser.add_argument("--no-stream", action="store_true", help="send no sample comments")
    parser.add_argument("--port", type=int, default=_DEMO_PORT, help="of the workspace's page")
    parser.set_defaults(
        run=lambda chosen: demo.run(fast=chosen.fast, stream=not chosen.no_stream, port=chosen.port)
    )


def _add_import(commands: "Commands") -> None:
    parser = commands.add_parser("import", help="take comments from a CSV or JSON Lines file")
    parser.add_argument("file", type=Path)
    parser.add_argument("--source", required=True, help="the source's key in organisation.toml")
    parser.set_defaults(
        run=lambda chosen: tools.import_comments(
            config.load(), chosen.file, chosen.source, now=bot_main.utc_now()
        )
    )


def _add_route(commands: "Commands") -> None:
    parser = commands.add_parser("route", help="who would get a comment with that text")
    parser.add_argument("text", help="what a customer might write")
    parser.add_argument("--region", default="", help="the market that it would come from")
    parser.add_argument("--unit", default="", help="the business unit that it would be about")
    parser.add_argument("--language", default="", help="such as en or zh-Hant")
    parser.add_argument("--json", action="store_true", help="for other programs")
    parser.set_defaults(
        run=lambda chosen: tools.explain_route(
            config.load(),
            chosen.text,
            region=chosen.region,
            unit=chosen.unit,
            language=chosen.language,
            as_json=chosen.json,
        )
    )


def _add_routing(commands: "Commands") -> None:
    routing = commands.add_parser(
        "routing", help="what is learned from corrections"
    ).add_subparsers(required=True, metavar="ACTION")
    parser = routing.add_parser("evaluate", help="how well it does on labelled comments")
    parser.add_argument("file", type=Path, help="one JSON object per line: text, labels")
    parser.add_argument("--org", type=Path, help="another organisation file than the settings name")
    parser.add_argument(
        "--learning-curve", type=_counts, default=(None,), help="such as 0,10,50,200,1000,all"
    )
    parser.add_argument("--seeds", type=_orders, default=3, help="in how many orders to learn")
    parser.add_argument("--json", action="store_true", help="for other programs")
    parser.set_defaults(
        run=lambda chosen: evaluation.evaluate(
            chosen.file,
            chosen.org or config.load().organisation_file,
            curve=chosen.learning_curve,
            seeds=chosen.seeds,
            as_json=chosen.json,
        )
    )


def _counts(text: str) -> tuple[int | None, ...]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or any(part != "all" and not part.isdecimal() for part in parts):
        raise argparse.ArgumentTypeError("write numbers and commas; try 0,10,50,200,1000,all")
    return tuple(None if part == "all" else int(part) for part in parts)


def _orders(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError("write a number from 1 to 100")
    return int(text)


def _add_digest(commands: "Commands") -> None:
    parser = commands.add_parser("digest", help="what a digest says, here or for other programs")
    parser.add_argument(
        "words", nargs="*", help="for whom and when, as after /digest: service-hk 7d vs previous"
    )
    parser.add_argument("--team", default="", help="a team's key, instead of words")
    parser.add_argument(
        "--period", type=arguments.length, help="such as 7d, until now, instead of words"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="everything, for other programs")
    form.add_argument("--csv", action="store_true", help="a row for each team, for spreadsheets")
    form.add_argument("--html", type=Path, metavar="FILE", help="one page to send; - to print it")
    parser.set_defaults(run=_digest)


def _digest(chosen: argparse.Namespace) -> int:
    asked = exports.Question(words=chosen.words, team=chosen.team, length=chosen.period)
    file: Path | None = chosen.html
    given = {"json": chosen.json, "csv": chosen.csv, "html": file is not None}
    form = exports.Form(next((form for form, wanted in given.items() if wanted), "table"))
    now = bot_main.utc_now()
    return int(exports.show_digest(config.load(), asked, form, file or Path("-"), now=now))


def _add_authors(commands: "Commands") -> None:
    forget = commands.add_parser(
        "forget",
        help="erase what a customer wrote, and who they are",
        description="Erase what a customer wrote and who they are, for good, also in Slack. What"
        " it cannot reach stands in docs/security.md.",
    )
    about = commands.add_parser("about", help="everything that is known of a customer, as JSON")
    for parser in (forget, about):
        parser.add_argument("author", metavar="AUTHOR", help="their id, handle or whole name")
        parser.add_argument("--platform", default="", help="where several people go by that name")
        parser.add_argument("--source", default="", metavar="KEY", help="the same, by source")
    forget.add_argument("--dry-run", action="store_true", help="only show what would go")
    forget.add_argument("--yes", action="store_true", help="do not ask")
    forget.set_defaults(run=_forget)
    about.set_defaults(
        run=lambda chosen: authors.tell_about(config.load(), _asked(chosen), now=bot_main.utc_now())
    )


def _forget(chosen: argparse.Namespace) -> int:
    return int(
        authors.forget(
            config.load(),
            _asked(chosen),
            now=bot_main.utc_now(),
            only_show=chosen.dry_run,
            confirm=(lambda _: True) if chosen.yes else arguments.confirm,
        )
    )


def _asked(chosen: argparse.Namespace) -> Any:
    return authors.Asked(name=chosen.author, platform=chosen.platform, source=chosen.source)


def _add_care(commands: "Commands") -> None:
    _add_organisation(commands)
    _add_database(commands)
    commands.add_parser("doctor", help="what is wrong, and how to mend it").set_defaults(
        run=lambda _: doctor.report(config.load(), now=bot_main.utc_now())
    )


def _add_organisation(commands: "Commands") -> None:
    org = commands.add_parser("org", help="the organisation file").add_subparsers(
        required=True, metavar="ACTION"
    )
    check = org.add_parser("check", help="find every fault in it")
    check.add_argument("file", nargs="?", type=Path, help="another file than the settings name")
    check.add_argument(
        "--against",
        type=arguments.length,
        metavar="30d",
        help="route the comments of so long with it",
    )
    check.add_argument("--json", action="store_true", help="for other programs, with --against")
    check.set_defaults(run=_check)


def _add_database(commands: "Commands") -> None:
    database = commands.add_parser("db", help="the database").add_subparsers(
        required=True, metavar="ACTION"
    )
    database.add_parser("upgrade", help="bring it to this release").set_defaults(run=_upgrade)
    again = database.add_parser("remeasure", help="count every number from the journal again")
    again.add_argument("--check", action="store_true", help="only compare; 1 if anything differs")
    again.set_defaults(run=lambda chosen: upkeep.remeasure(config.load(), check=chosen.check))
    copy = database.add_parser("backup", help="copy an SQLite database, while others write to it")
    copy.add_argument("file", metavar="FILE", type=Path, help="a file that is not there yet")
    copy.set_defaults(run=lambda chosen: upkeep.backup(config.load(), chosen.file))
    back = database.add_parser(
        "restored",
        help="say that it was put back from an older copy",
        description="Run this after putting back a copy, before any process starts: what Slack"
        " has already is then not posted a second time.",
    )
    back.add_argument(
        "--leap",
        type=arguments.number,
        default=10_000,
        metavar="NUMBER",
        help="how many case numbers to leave out, on PostgreSQL (%(default)s)",
    )
    back.set_defaults(
        run=lambda chosen: upkeep.restored(config.load(), leap=chosen.leap, now=bot_main.utc_now())
    )


def _check(chosen: argparse.Namespace) -> int:
    settings = config.load()
    if chosen.against is None:
        file = chosen.file or settings.organisation_file
        return int(tools.check_organisation(replace(settings, organisation_file=file)))
    since = bot_main.utc_now() - chosen.against
    return int(comparing.compare(settings, chosen.file, since=since, as_json=chosen.json))


def _upgrade(_: argparse.Namespace) -> int:
    return int(upkeep.upgrade(config.load()))
