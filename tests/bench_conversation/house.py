"""The processes of a run: Ringside's own, the naive chain, and the sandbox both talk to."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.stack import Stack, free_port

# The naive chain's voice pauses for up to 0.8 s between two sentences of one sound: nobody shall take that for the end.
REPLY_PAUSE_MS = "1000"


@dataclass
class House(Stack):
    """Everything below `var_dir`; settings of the sandbox are taken over from the environment (`SANDBOX_…`)."""

    naive_port: int = field(default_factory=free_port)

    @property
    def naive_url(self) -> str:
        """Where the naive chain is."""
        return f"http://127.0.0.1:{self.naive_port}"

    @property
    def briefings(self) -> Path:
        """What the naive chain knows of whom it talks to."""
        return self.var_dir / "briefings.json"

    def environment(self) -> dict[str, str]:
        return super().environment() | {
            "MAX_LIVE_CALLS": "100",
            "LOG_LEVEL": "WARNING",
            "SANDBOX_REPLY_PAUSE_MS": os.environ.get("SANDBOX_REPLY_PAUSE_MS", REPLY_PAUSE_MS),
            "SANDBOX_PORT": str(self.vendor_port),
            "SANDBOX_ACCOUNT_SID": self.account_sid,
            "SANDBOX_AUTH_TOKEN": self.auth_token,
            "SANDBOX_PHONE_BOOK": str(self.phone_book),
            "SANDBOX_RECORDINGS": str(self.var_dir / "carrier-recordings"),
            "NAIVE_URL": self.naive_url,
            "NAIVE_VENDORS": self.vendor_url,
            "NAIVE_BRIEFINGS": str(self.briefings),
        }

    def prepare(self) -> None:
        """The database, migrated."""
        self._prepare("migrate", "--verbosity", "0")

    def open(self, phone_book: dict[str, Any], briefings: dict[str, Any]) -> None:
        """Start everything; returns when calls can be placed. Raises StackError."""
        self.phone_book.write_text(json.dumps(phone_book))
        self.briefings.write_text(json.dumps(briefings))
        self._spawn("vendors", *_served("vendors", self.vendor_port))
        self._spawn("naive", *_served("naive", self.naive_port))
        self._wait_for("vendors", f"{self.vendor_url}/sandbox/health")
        self._wait_for("naive", self.naive_url)
        self._spawn("web", *self._web_command())
        self._spawn("worker", "manage.py", "db_worker", "--interval", "0.5")
        self._spawn("dialer", "manage.py", "dialer")
        self._wait_for("web", f"{self.url}/api/realtime/health")


def _served(name: str, port: int) -> tuple[str, ...]:
    application = f"tests.bench_conversation.{name}:application"
    listen = ("--host", "127.0.0.1", "--port", str(port), "--log-level", "warning")
    return ("-m", "uvicorn", "--factory", application, *listen, "--timeout-graceful-shutdown", "3")
