"""Prints the Slack app manifest for an app that Slack reaches over HTTP.

Usage: manifest.py https://crosstalk.your-company.example > manifest.http.json

manifest.json itself is for Socket Mode, where no address is needed.
"""

import argparse
import json
from pathlib import Path
from typing import Any

MANIFEST = Path(__file__).resolve().parent.parent / "manifest.json"


def main() -> None:
    """Read the address, print the manifest."""
    parser = argparse.ArgumentParser(description="Print the manifest for an app behind HTTP.")
    parser.add_argument("address", type=public, help="where Slack finds us: https://…")
    told = json.loads(MANIFEST.read_text("utf-8"))
    print(json.dumps(over_http(told, parser.parse_args().address), indent=2))


def public(address: str) -> str:
    """*address* without a slash at its end; Slack takes https only."""
    if not address.startswith("https://"):
        raise argparse.ArgumentTypeError("must begin with https://")
    return address.rstrip("/")


def over_http(manifest: dict[str, Any], address: str) -> dict[str, Any]:
    """*manifest* with every request sent to *address*."""
    url = f"{address}/slack/events"
    features, settings = manifest["features"], manifest["settings"]
    commands = [{**command, "url": url} for command in features["slash_commands"]]
    interactivity = {"request_url": url, "message_menu_options_url": url}
    return {
        **manifest,
        "features": {**features, "slash_commands": commands},
        "settings": {
            **settings,
            "event_subscriptions": {"request_url": url, **settings["event_subscriptions"]},
            "interactivity": {**settings["interactivity"], **interactivity},
            "socket_mode_enabled": False,
        },
    }


if __name__ == "__main__":
    main()
