"""``python -m tests.end_to_end.moved_bot FILE``: the whole bot, by a clock that a test moves.

It is as much ahead of the real one as the minutes in FILE say, and looks at everything each second.
``hurry`` as one more word makes it post as fast as local-slack takes it.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot import config, jobs, logs
from bot.main import everything, utc_now
from bot.slack import delivery


def ahead(file: Path) -> Callable[[], datetime]:
    """The real time, and the minutes in *file* on top of it, read anew whenever it is asked."""
    return lambda: utc_now() + timedelta(minutes=float(file.read_text("utf-8")))


def main() -> None:
    """Run until somebody asks to stop."""
    settings = config.load()
    logs.configure(settings.log_format)
    if "hurry" in sys.argv[2:]:
        delivery.PACE = timedelta()
    jobs.JOBS = tuple(replace(job, seconds=1) for job in jobs.JOBS)
    everything(settings, now=ahead(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
