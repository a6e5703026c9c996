"""``python -m bench.bare PORT``: the same framework, answering the same requests and doing nothing.

What it costs is what Crosstalk cannot go below: FastAPI on uvicorn, and behind it slack-bolt in the
thread pool, which still parses the click and checks who sent it.
"""

import sys

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from slack_bolt import Ack, App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from starlette.concurrency import run_in_threadpool

from bench.faces import BOT_TOKEN, SIGNING_SECRET
from bot.ui import ids


def face() -> FastAPI:
    """The two addresses."""
    made, bolt = FastAPI(), _bolt()

    @made.post("/intake/{connector}/{source}", status_code=202)
    async def comment(connector: str, source: str, request: Request) -> Response:
        del connector, source
        await request.body()
        return JSONResponse({"case": 1042}, 202)

    @made.post("/slack/events")
    async def events(request: Request) -> Response:
        body = (await request.body()).decode()
        asked = BoltRequest(body=body, query=request.url.query, headers=dict(request.headers))
        answer = await run_in_threadpool(bolt.dispatch, asked)
        return Response(answer.body, answer.status)

    @made.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    return made


def _bolt() -> App:
    # The client is not used; without a token of its own it is not asked who it is either.
    bolt = App(
        client=WebClient(),
        signing_secret=SIGNING_SECRET,
        authorize=lambda: AuthorizeResult(
            enterprise_id=None, team_id=None, bot_token=BOT_TOKEN, bot_id="B", bot_user_id="U"
        ),
        process_before_response=True,
    )

    @bolt.action(ids.CLAIM)
    def claim(ack: Ack) -> None:
        ack()

    return bolt


def main() -> None:
    """Serve until told to end."""
    port = int(sys.argv[1])
    server = uvicorn.Config(face(), port=port, log_config=None, access_log=False)
    uvicorn.Server(server).run()


if __name__ == "__main__":
    main()
