"""The processes of the demo."""

from pathlib import Path

import pytest
from starlette.responses import Response
from starlette.routing import Route

from demo import stack
from demo.stack import Stack
from tests.sandbox.serving import serving


async def up(request: object) -> Response:
    return Response("up")


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY"])
def test_a_proxy_of_the_environment_is_not_asked_for_our_own_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setattr(stack, "READY_SECONDS", 1.0)
    with serving([Route("/", up)]) as address:
        Stack(var_dir=tmp_path)._wait_for("web", f"http://{address}/")
