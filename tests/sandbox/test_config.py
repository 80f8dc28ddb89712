"""What the sandbox is told: by options, by variables, by its handbook."""

from dataclasses import fields
from pathlib import Path

from sandbox.config import Config

HANDBOOK = Path("docs/sandbox.md")


def test_options_win_over_variables_and_variables_over_defaults() -> None:
    environment = {"SANDBOX_RING_SECONDS": "3", "SANDBOX_WORD_ERRORS": "0.2"}
    config = Config.from_command_line(["--ring-seconds", "4"], environment)

    assert (config.ring_seconds, config.word_errors, config.pace) == (4.0, 0.2, 1.0)


def test_every_latency_and_quality_has_a_source_and_is_shown() -> None:
    shown = Config(endpointing_ms=700).stand_ins()

    assert shown["endpointing_ms"] == 700
    assert {name for name in shown if name.endswith("_ms")} == {
        entry.name for entry in fields(Config) if entry.name.endswith("_ms")
    }
    assert all(entry.metadata["source"] for entry in fields(Config) if entry.name in shown)


def test_the_handbook_explains_every_setting_with_its_default_and_source() -> None:
    text = " ".join(HANDBOOK.read_text(encoding="utf-8").split())
    for entry in fields(Config):
        assert f"`{entry.name}`" in text, entry.name
        if source := entry.metadata.get("source"):
            assert source in text, f"{entry.name}: {source}"
            assert f"| `{entry.name}` | {entry.default} |" in text, f"{entry.name}: {entry.default}"
