"""The servers under load, each pinned to the same core: Ringside as it is started in production, and the rest."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from demo.stack import Process, Stack, free_port
from tests.bench.carrier import Ticket

ROOT = Path(__file__).resolve().parent.parent.parent
AUTH_TOKEN = "bench"
READY_SECONDS = 60.0
CORES = sorted(os.sched_getaffinity(0))
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Server:
    """A process that bridges calls on `port` to the model on `model_port`. `plain`: it passes everything through."""

    name: str
    port: int
    model_port: int
    process: Process
    plain: bool = False
    tickets: list[Ticket] = field(default_factory=list)
    session: str = ""

    @property
    def pid(self) -> int:
        """The process."""
        return self.process.popen.pid

    def health(self) -> dict[str, Any]:
        """What the health page says, whether it is well or not."""
        try:
            with _direct.open(f"http://127.0.0.1:{self.port}/api/realtime/health", timeout=20) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as answer:
            return dict(json.load(answer))


@contextmanager
def running(kind: str, var_dir: Path, *, calls: int) -> Iterator[Server]:
    """One of `KINDS` or `WATCHED`, ready to be called `calls` times."""
    port, model_port = free_port(), free_port()
    server = (KINDS | WATCHED)[kind](var_dir, port, model_port, calls)
    try:
        _wait_for(server)
        yield server
    finally:
        server.process.stop()


def _ringside(
    var_dir: Path, port: int, model_port: int, calls: int, *, application: str = "realestate.asgi:application"
) -> Server:
    environment = _ringside_environment(var_dir, port, model_port)
    made = subprocess.run(
        [sys.executable, "-m", "tests.bench.rows", str(calls)],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    rows = json.loads(made.stdout.splitlines()[-1])
    usual = Stack(var_dir / "stack", port=port)._web_command()
    command = tuple(application if word == "realestate.asgi:application" else word for word in usual)
    return Server(
        name="ringside",
        port=port,
        model_port=model_port,
        process=_spawn("ringside", var_dir, command, environment),
        tickets=[Ticket(**row) for row in rows["calls"]],
        session=rows["session"],
    )


def _ringside_environment(var_dir: Path, port: int, model_port: int) -> dict[str, str]:
    nobody = f"http://127.0.0.1:{free_port()}"
    return {
        **os.environ,
        "VAR_DIR": str(var_dir),
        "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{var_dir / 'bench.sqlite3'}",
        "DEBUG": "false",
        "SECRET_KEY": "bench" * 12,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TWILIO_API_BASE_URL": nobody,
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_FROM_NUMBER": "+15125550198",
        "OPENAI_BASE_URL": f"http://127.0.0.1:{model_port}/v1",
        "OPENAI_API_KEY": "sk-bench",
        "AWS_ENDPOINT_URL_POLLY": nobody,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "MAX_LIVE_CALLS": "1000",
        "LOG_LEVEL": "WARNING",
        "NO_PROXY": "127.0.0.1,localhost",
    }


def _bare(var_dir: Path, port: int, model_port: int, calls: int) -> Server:
    command = ("-m", "tests.bench.bare", str(port), _model_url(model_port))
    process = _spawn("bare", var_dir, command, {**os.environ})
    return Server("bare", port, model_port, process, plain=True)


def _asgi(name: str) -> Any:
    def start(var_dir: Path, port: int, model_port: int, calls: int) -> Server:
        listen = ("--host", "127.0.0.1", "--port", str(port), "--log-level", "warning", "--lifespan", "off")
        command = ("-m", "uvicorn", f"tests.bench.{name}:application", *listen)
        environment = {**os.environ, "BENCH_MODEL_URL": _model_url(model_port)}
        return Server(name, port, model_port, _spawn(name, var_dir, command, environment))

    return start


KINDS: dict[str, Any] = {"bare": _bare, "ringside": _ringside, "sample": _asgi("sample"), "naive": _asgi("naive")}
WATCHED: dict[str, Any] = {"watched": partial(_ringside, application="tests.floods.watched:application")}


def _model_url(port: int) -> str:
    return f"ws://127.0.0.1:{port}/v1/realtime?model=bench"


def _spawn(name: str, var_dir: Path, command: tuple[str, ...], environment: Mapping[str, str]) -> Process:
    path = var_dir / f"{name}.log"
    log = path.open("wb")
    popen = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    os.sched_setaffinity(popen.pid, {CORES[0]})
    return Process(name, popen, path, log)


def _wait_for(server: Server) -> None:
    deadline = monotonic() + READY_SECONDS
    while monotonic() < deadline and not server.process.is_dead:
        try:
            _direct.open(f"http://127.0.0.1:{server.port}/", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except (OSError, urllib.error.URLError):
            sleep(0.1)
        else:
            return
    raise RuntimeError(f"{server.name} did not become ready: {server.process.log_path.read_text()[-2000:]}")
