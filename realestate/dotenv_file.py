"""The `.env` file, read literally: no value is interpolated, and what cannot be read is told instead of skipped.

python-dotenv parses the lines (quotes, `export`, blanks around `=`, comments); what was saved by another system's
editor (a byte-order mark, UTF-16, CRLF) is read like any other.
"""

import codecs
import difflib
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv.parser import Binding, parse_stream

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
ENCODINGS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}  # as PowerShell's `>` saves it
LIKE_A_SETTING = 0.85  # of difflib: one letter too many or too few in a name of ten


@dataclass(frozen=True, slots=True)
class DotenvFile:
    """The values by name, a line for each thing that cannot be read, and the names that stand there twice."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()

    def mistaken(self, known: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Names in the file that no setting has, with the one that was probably meant."""
        names = {variant: name for name in known for variant in (name, f"{name}_FILE")}
        for written in self.values:
            meant = difflib.get_close_matches(written.upper(), names, n=1, cutoff=LIKE_A_SETTING)
            if written not in names and meant:
                yield written, meant[0]


def read_dotenv(path: Path) -> DotenvFile:
    """Read the file; one that is not there is an empty one."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return DotenvFile()
    except OSError as error:
        return DotenvFile(problems=(f"{path.name} cannot be read: {error.strerror}",))
    try:
        text = raw.decode(next((name for mark, name in ENCODINGS.items() if raw.startswith(mark)), "utf-8-sig"))
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        return DotenvFile(problems=(f"{path.name} is not a text in UTF-8; save it as one",))
    return parse_dotenv(text, name=path.name)


def parse_dotenv(text: str, *, name: str = ".env") -> DotenvFile:
    """Read the text of such a file. A name that comes twice has its last value."""
    values: dict[str, str] = {}
    problems: list[str] = []
    times: Counter[str] = Counter()
    for binding in parse_stream(io.StringIO(text.removeprefix("\ufeff"))):
        if _is_broken(binding):
            problems.append(
                f"{name} line {_line(binding)}{_named(binding)} cannot be read; "
                "allowed: NAME=value, a value with quotes closes them"
            )
        elif binding.key is not None:
            values[binding.key] = binding.value or ""
            times[binding.key] += 1
    return DotenvFile(values, tuple(problems), tuple(key for key, count in times.items() if count > 1))


def _is_broken(binding: Binding) -> bool:
    if binding.error or binding.key is None:
        return binding.error
    return binding.value is None or not NAME.fullmatch(binding.key)


def _named(binding: Binding) -> str:
    """The setting that was meant, where the line begins with one."""
    found = re.match(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=", binding.original.string, re.ASCII)
    return f" ({found[1]})" if found else ""


def _line(binding: Binding) -> int:
    """The line where it begins: the parser counts blank lines before it as its own."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")
