"""Settings: credentials, addresses, and how fast and how accurate the sandbox's stand-ins are."""

import argparse
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import urlsplit


def _setting(default: Any, explanation: str) -> Any:
    return field(default=default, metadata={"help": explanation})


def _stand_in(default: Any, explanation: str, source: str) -> Any:
    """A latency or quality of a vendor's stand-in; ``source`` says where its default comes from."""
    return field(default=default, metadata={"help": explanation, "source": source})


@dataclass(frozen=True)
class Config:
    """Every field is also an option (``--ring-seconds``) and a variable (``SANDBOX_RING_SECONDS``).

    Latencies are settings, not claims about a vendor: a comparison against the sandbox exercises the
    machinery.
    """

    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(9100, "port to listen on; 0 takes a free one")
    public_url: str = _setting("", "this sandbox's address as others see it; empty is http://host:port")
    account_sid: str = _setting("AC" + "0123456789abcdef" * 2, "the Twilio account that may call")
    auth_token: str = _setting("sandbox-auth-token", "its token: Basic auth and webhook signatures")
    api_key: str = _setting("", "a Twilio API key SID (SK...) accepted besides the account SID")
    api_secret: str = _setting("", "that API key's secret")
    owned_numbers: str = _setting("", "comma separated caller ids the account owns; empty accepts any")
    openai_key: str = _setting("", "bearer key to demand; empty accepts any key but not a missing one")
    phone_book: str = _setting("", "JSON file saying who answers which number")
    scenario: str = _setting("", "JSON or TOML file with a seed and the faults that shall happen")
    recordings: str = _setting("", "folder for recordings; empty makes a temporary one")
    certificates: str = _setting("", "folder for the certificates made at start; empty makes a temporary one")
    voice_number: str = _setting("", "the account's number a browser phone dials, unless another is typed")
    voice_url: str = _setting("", "that number's voice URL: what the app wants asked when it is called")
    default_persona: str = _setting("buyer", "who answers a number the phone book does not list")
    ring_seconds: float = _setting(1.0, "how long a phone rings before a person picks up")
    pace: float = _setting(1.0, "how fast the lines' clocks run; 1 is real time")
    webhook_seconds: float = _setting(15.0, "Twilio's limit for a webhook")
    calls_per_second: float = _setting(0.0, "dials a second before calls queue; Twilio's default is 1, 0 is no limit")
    chat_models: str = _setting("", "comma separated names Chat Completions accepts besides gpt-*, chatgpt-* and o*")
    realtime_session_seconds: float = _setting(3600.0, "longest Realtime session; OpenAI's limit is 60 minutes")
    conformance: str = _setting("", "folder that gets the counts of checked messages at the end; empty keeps none")
    reply_pause_ms: int = _stand_in(
        600,
        "silence after which a person on the phone takes their turn",
        "chosen: between two people it is about 200 ms",
    )
    gather_auto_pause_ms: int = _stand_in(
        800, "pause that ends speech under <Gather speechTimeout=auto>", "chosen: Twilio names no figure"
    )
    partial_result_ms: int = _stand_in(
        700,
        "how often <Gather> posts partial results of unbroken speech; each pause of 300 ms brings one, too",
        "chosen: Twilio names no figure",
    )
    amd_extra_ms: int = _stand_in(
        500,
        "what machine detection takes beyond the sound its thresholds wait for",
        "chosen: a short Hello then takes 2.5 s and a long greeting 3.3 s; Twilio names 4 s on average",
    )
    endpointing_ms: int = _stand_in(
        500,
        "silence after which server VAD ends a turn unless the session says otherwise",
        "OpenAI's guide says 500, an example of its specification 200",
    )
    llm_first_token_ms: int = _stand_in(
        350, "time to the model's first token", "public measurements of gpt-4o-mini: 0.3 s and more"
    )
    llm_tokens_per_second: float = _stand_in(
        100.0,
        "speed of the model afterwards, also when it writes tool arguments",
        "public measurements of gpt-4o-mini: 46 to 140 a second",
    )
    speech_first_byte_ms: int = _stand_in(
        150, "time to the first byte of speech", "public measurements of Polly: 100 ms to 1 s"
    )
    realtime_pace: float = _stand_in(
        6.0,
        "how many times faster than it sounds Realtime speech is sent",
        "chosen: users report whole answers delivered before they are played, OpenAI names no figure",
    )
    word_errors: float = _stand_in(
        0.0,
        "share of words <Gather> and Realtime mishear on purpose, 0 to 1",
        "chosen: none beyond the recognizer's own, which docs/sandbox.md measures",
    )
    word_error_seed: int = _stand_in(0, "which words: the same seed mishears the same words", "chosen")

    @property
    def base_url(self) -> str:
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    def stand_ins(self) -> dict[str, Any]:
        """The latencies and qualities that every report of the sandbox shows beside its figures."""
        return {entry.name: getattr(self, entry.name) for entry in fields(self) if "source" in entry.metadata}

    def recordings_folder(self) -> Path:
        """The folder recordings go to, made when missing."""
        return _folder(self.recordings, "recordings")

    def certificates_folder(self) -> Path:
        """The folder the certificates go to, made when missing."""
        return _folder(self.certificates, "certificates")

    def hosts(self) -> tuple[str, ...]:
        """The names under which others may reach this sandbox."""
        everywhere = self.host in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
        return tuple(filter(None, ("" if everywhere else self.host, urlsplit(self.public_url).hostname)))

    @classmethod
    def from_command_line(
        cls, arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ
    ) -> "Config":
        """Options win over variables, variables over defaults. Exits with a usage message on a bad option."""
        parser = argparse.ArgumentParser("python -m sandbox", description="Twilio, OpenAI and Polly on this machine")
        types = get_type_hints(cls)
        for entry in fields(cls):
            variable = f"SANDBOX_{entry.name.upper()}"
            parser.add_argument(
                f"--{entry.name.replace('_', '-')}",
                type=types[entry.name],
                default=environment.get(variable, entry.default),
                help=f"{entry.metadata['help']} [{variable}] (default: %(default)s)",
            )
        return cls(**vars(parser.parse_args(arguments)))


def _folder(named: str, what: str) -> Path:
    folder = Path(named or Path(tempfile.gettempdir()) / f"sandbox-{what}-{os.getpid()}")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
