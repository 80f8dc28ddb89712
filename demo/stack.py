"""Ringside's processes on one machine: the stand-ins for the vendors, the web server, the worker and the dialer.

The product knows the stand-ins by URL settings only, as it knows the real vendors.
"""

import contextlib
import fcntl
import itertools
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
FROM_NUMBER = "+15125550198"
PERSONAS = (
    *("buyer", "seller", "both", "skeptic", "interrupter", "mumbler", "noisy_street", "talks_over", "long_silence"),
    *("silent", "voicemail", "screening", "wrong_number", "opt_out", "fair_housing", "spanish", "presses_keys"),
    *("presses_nine", "hangs_up", "fax"),
)
LINES_OF_OPT_OUT = 6  # one for each way to say it
LINES_OF_ONE = 3  # a comparison's calls, all at once


def _test_lines() -> dict[str, str]:
    """Persona to numbers: +1 737 555-0100 and on, reserved for fiction."""
    numbers = (f"+1737555{at:04d}" for at in itertools.count(100))
    counts = ((name, LINES_OF_OPT_OUT if name == "opt_out" else LINES_OF_ONE) for name in PERSONAS)
    return {name: " ".join(itertools.islice(numbers, count)) for name, count in counts}


TEST_LINES = _test_lines()
READY_SECONDS = 90.0
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy leads to the internet, not here
STOP_SECONDS = 8.0


class StackError(Exception):
    """A process failed to start, or died."""


@dataclass
class Process:
    """One running process and the file its output goes to."""

    name: str
    popen: subprocess.Popen[bytes]
    log_path: Path
    log: IO[bytes]

    @property
    def is_dead(self) -> bool:
        """Whether the process has ended."""
        return self.popen.poll() is not None

    def stop(self) -> None:
        """Terminate the process; kill it after `STOP_SECONDS`."""
        if not self.is_dead:
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()
        self.log.close()


def free_port(wanted: int = 0) -> int:
    """Return `wanted` if nothing listens there, else any free loopback port."""
    for port in (wanted, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise StackError("no free port on 127.0.0.1")


@dataclass
class Stack:
    """All processes of Ringside, with their data in `var_dir`. More than one web process needs Redis and PostgreSQL."""

    var_dir: Path
    port: int = 0
    web_processes: int = 1
    overrides: Mapping[str, str] = field(default_factory=dict)
    vendor_options: tuple[str, ...] = ()
    processes: list[Process] = field(default_factory=list)
    undertaker: subprocess.Popen[str] | None = None

    def __post_init__(self) -> None:
        self.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.port = free_port(self.port)
        self.vendor_port = free_port()
        self.account_sid = "AC" + secrets.token_hex(16)
        self.auth_token = secrets.token_hex(16)
        self.openai_key = "sk-" + secrets.token_hex(16)

    @property
    def url(self) -> str:
        """The URL of the dashboard."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def vendor_url(self) -> str:
        """The URL of the stand-ins for Twilio, OpenAI and Polly."""
        return f"http://127.0.0.1:{self.vendor_port}"

    @property
    def phone_book(self) -> Path:
        """The file that says who answers which number."""
        return self.var_dir / "phone-book.json"

    def environment(self) -> dict[str, str]:
        """The settings of every process: the vendors by URL, everything else as in production."""
        own = {
            "VAR_DIR": str(self.var_dir),
            "DATABASE_URL": f"sqlite:///{self.var_dir / 'ringside.sqlite3'}",
            "REDIS_URL": "",
            "DEBUG": "false",
            "SECRET_KEY": self._kept_secret("secret-key"),
            "PUBLIC_URL": self.url,
            "TWILIO_API_BASE_URL": self.vendor_url,
            "TWILIO_ACCOUNT_SID": self.account_sid,
            "TWILIO_AUTH_TOKEN": self.auth_token,
            "TWILIO_FROM_NUMBER": FROM_NUMBER,
            "OPENAI_BASE_URL": f"{self.vendor_url}/v1",
            "OPENAI_API_KEY": self.openai_key,
            "AWS_ENDPOINT_URL_POLLY": self.vendor_url,
            "AWS_ACCESS_KEY_ID": "AKIA0000000000000000",
            "AWS_SECRET_ACCESS_KEY": "none",
            "TEST_LINES": ",".join(f"{persona}={numbers}" for persona, numbers in TEST_LINES.items()),
            "NO_PROXY": "127.0.0.1,localhost",
            "HF_HUB_OFFLINE": "1",
            "PYTHONUNBUFFERED": "1",
            "DRAIN_SECONDS": "0",  # no new release follows that could take the calls over
            **self.overrides,
        }
        return {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in own} | own

    def start(self) -> None:
        """Migrate, seed and start everything; return once a call can be placed. Raises StackError."""
        self._prepare("migrate", "--verbosity", "0")
        self._prepare("seed_demo", "--verbosity", "0")
        self._prepare("phone_book", str(self.phone_book))
        self._spawn(
            "vendors",
            *("-m", "sandbox", "--port", str(self.vendor_port), "--account-sid", self.account_sid),
            *("--auth-token", self.auth_token, "--phone-book", str(self.phone_book)),
            *("--recordings", str(self.var_dir / "carrier-recordings"), "--ring-seconds", "2"),
            *("--voice-number", FROM_NUMBER, "--voice-url", f"{self.url}/webhooks/twilio/inbound"),
            *self.vendor_options,
        )
        self._wait_for("vendors", f"{self.vendor_url}/sandbox/health")
        self._spawn("web", *self._web_command())
        self._spawn("worker", "manage.py", "db_worker", "--interval", "0.5")
        self._spawn("dialer", "manage.py", "dialer")
        self._wait_for("web", f"{self.url}/api/realtime/health")

    def stop(self) -> None:
        """Stop every process that `start` started, last first."""
        while self.processes:
            process = self.processes.pop()
            process.stop()
            self._tell_undertaker(f"-{process.popen.pid}")
        if self.undertaker is not None:
            with contextlib.suppress(OSError):
                self.undertaker.communicate(timeout=STOP_SECONDS)
            self.undertaker = None

    @contextlib.contextmanager
    def running(self) -> Iterator["Stack"]:
        """Start on entry and stop on exit, also after an error, a SIGTERM, or with the terminal that is closed.

        Raises StackError when another stack runs on the folder.
        """
        with contextlib.suppress(ValueError):  # handlers belong to the main thread
            for number in (signal.SIGTERM, signal.SIGHUP):
                if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
                    signal.signal(number, lambda number, _: sys.exit(128 + number))
        with self._alone():
            try:
                self.start()
                yield self
            finally:
                self.stop()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder: two stacks on one database would answer, and end, each other's calls."""
        with (self.var_dir / "running").open("a+") as holder:
            try:
                fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StackError(self._who_runs(holder)) from None
            holder.truncate(0)
            json.dump({"pid": os.getpid(), "url": self.url}, holder)
            holder.flush()
            yield

    def _who_runs(self, holder: IO[str]) -> str:
        holder.seek(0)
        try:
            other = json.load(holder)
        except ValueError:  # it has only just begun
            other = {}
        where = f" at {other['url']} (process {other['pid']})" if other else ""
        return (
            f"A demo runs on {self.var_dir} already{where}. "
            "Use that one, stop it, or name another folder with --var (make demo DEMO='--var FOLDER')"
        )

    def watch(self) -> None:
        """Wait until Ctrl-C. Raises StackError when a process dies."""
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                self.check()
                time.sleep(0.5)

    def check(self) -> None:
        """Raise StackError, with the end of its log, when a process has died."""
        for process in self.processes:
            if process.is_dead:
                tail = b"\n".join(process.log_path.read_bytes().splitlines()[-15:]).decode(errors="replace")
                raise StackError(f"{process.name} ended with {process.popen.returncode}; {process.log_path}:\n{tail}")

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command in this stack's environment and return its output; its log goes to a file."""
        command = [sys.executable, "manage.py", *arguments]
        with self._log("commands").open("a") as log:
            return subprocess.run(  # noqa: S603
                command, cwd=ROOT, env=self.environment(), text=True, stdout=subprocess.PIPE, stderr=log
            )

    def _prepare(self, *arguments: str) -> None:
        if self.manage(*arguments).returncode:
            log = (self.var_dir / "commands.log").read_text()
            raise StackError(f"manage.py {arguments[0]} failed:\n{log[-2000:]}")

    def _web_command(self) -> tuple[str, ...]:
        listen = ("--host", "127.0.0.1", "--port", str(self.port), "--log-level", "warning")
        sockets = ("--http", "realestate.bounded_http:BoundedHttp", "--ws", "realtime.server:WebSockets")
        graceful = ("--timeout-graceful-shutdown", "5")
        workers = ("--workers", str(self.web_processes)) if self.web_processes > 1 else ()
        return ("-m", "uvicorn", "realestate.asgi:application", *sockets, *listen, *graceful, *workers)

    def _spawn(self, name: str, *arguments: str) -> None:
        path = self._log(name)
        log = path.open("ab")
        popen = subprocess.Popen(  # noqa: S603
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches this process alone, which then stops the others in order
        )
        self.processes.append(Process(name, popen, path, log))
        self._tell_undertaker(f"+{popen.pid}")

    def _tell_undertaker(self, line: str) -> None:
        """Tell who ends these processes if this one is killed; without it they are ended in order all the same."""
        if self.undertaker is None or self.undertaker.poll() is not None:
            self.undertaker = subprocess.Popen(
                [sys.executable, "-m", "demo.undertaker"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                text=True,
                start_new_session=True,  # it outlives this process, by seconds
            )
        if self.undertaker.stdin is not None:
            with contextlib.suppress(OSError):
                self.undertaker.stdin.write(f"{line}\n")
                self.undertaker.stdin.flush()

    def _log(self, name: str) -> Path:
        """The file of that log, readable for nobody else."""
        path = self.var_dir / f"{name}.log"
        path.touch(mode=0o600)
        path.chmod(0o600)
        return path

    def _wait_for(self, name: str, url: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self.check()
            with contextlib.suppress(OSError, urllib.error.URLError), _direct.open(url, timeout=5):
                return
            time.sleep(0.1)
        raise StackError(f"{name} did not become ready within {READY_SECONDS:g} s")

    def _kept_secret(self, name: str) -> str:
        path = self.var_dir / name
        if not path.exists():
            path.write_text(secrets.token_urlsafe(48))
            path.chmod(0o600)
        return path.read_text()
