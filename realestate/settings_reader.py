"""The one reader of all settings: from the environment, else from a file it names, else from `.env`, else the default.

A value is taken literally and trimmed, an empty one means the default, and nothing turns into something else in
silence: whatever is wrong is kept until all settings are read, and then each is one line and Ringside does not start.
"""

import os
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path

from realestate.dotenv_file import DotenvFile, read_dotenv
from realestate.setting_kinds import Hint, Kind

INVISIBLE = "\ufeff\u200b\u2060"  # what is copied along from a page, and no `strip` takes for a blank
LONGEST_SHOWN = 80


class WrongSettings(SystemExit):
    """Settings are wrong: ends the process with status 1 and a line for each, without a traceback."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class _Found:
    """A setting's text, and where it stands."""

    text: str
    source: str


class SettingsReader:
    """Reads settings one by one; `finish` raises WrongSettings when something was wrong."""

    def __init__(self, environ: Mapping[str, str], dotenv: DotenvFile | None = None, *, base_dir: Path) -> None:
        self._environ = environ
        self._dotenv = dotenv or DotenvFile()
        self._base_dir = base_dir
        self._problems = list(self._dotenv.problems)
        self._names: set[str] = set()

    @classmethod
    def of(cls, base_dir: Path) -> "SettingsReader":
        """The reader of this process's environment and of the `.env` in that folder."""
        return cls(os.environ, read_dotenv(base_dir / ".env"), base_dir=base_dir)

    def read[T](self, name: str, kind: Kind[T], *, default: T) -> T:
        """What the setting holds; the default when it is empty, and, once it is noted, when it is wrong."""
        self._names.add(name)
        found = self._found(name)
        if found is None:
            return default
        try:
            return kind.read(found.text)
        except ValueError as error:
            hint = f" ({error})" if isinstance(error, Hint) else ""
            self.refuse(name, f"holds {_shown(found, kind)}; allowed: {kind.allowed}{hint}")
            return default

    def is_said(self, name: str) -> bool:
        """Whether the setting holds anything, right or wrong."""
        return self._found(name, note=False) is not None

    def refuse(self, name: str, why: str) -> None:
        """Note that a setting must not be as it is."""
        self._problems.append(f"{name} {why}")

    def notes(self) -> list[str]:
        """What is not wrong but probably not meant, a line each."""
        return [
            *(f".env holds {name} more than once; the last one counts" for name in self._dotenv.repeated),
            *(
                f".env holds {written}, which no setting is named; did you mean {meant}?"
                for written, meant in self._dotenv.mistaken(self._names)
            ),
        ]

    def pass_on(self, environ: MutableMapping[str, str]) -> None:
        """Give what `.env` holds for other programs (a proxy, a cache's folder) to this process and its children."""
        for name, text in self._dotenv.values.items():
            if name.removesuffix("_FILE") not in self._names:
                environ.setdefault(name, text)

    def finish(self) -> None:
        """End the process when a setting was wrong. Raises WrongSettings."""
        if self._problems:
            raise WrongSettings(self._problems)

    def _found(self, name: str, *, note: bool = True) -> _Found | None:
        """The setting's text where it is said first: an empty name in the environment hides the one in `.env`."""
        for values, where in ((self._environ, "the environment"), (self._dotenv.values, ".env")):
            text, path = _trimmed(values.get(name, "")), _trimmed(values.get(f"{name}_FILE", ""))
            if where == "the environment":
                text, path = _unquoted(text), _unquoted(path)
            if text and path and note:
                self.refuse(name, f"and {name}_FILE are both set in {where}; keep one of them")
            if text:
                return _Found(text, where)
            if path:
                return self._from_file(name, path, note=note)
            if name in values:
                return None
        return None

    def _from_file(self, name: str, path: str, *, note: bool) -> _Found | None:
        text = ""
        try:
            text = _trimmed((self._base_dir / Path(path).expanduser()).read_text(encoding="utf-8-sig"))
        except (OSError, ValueError, RuntimeError) as error:  # the last: ~ of a user there is not
            why = getattr(error, "strerror", "") or (
                "no such user" if isinstance(error, RuntimeError) else "not a text in UTF-8"
            )
        else:
            why = "" if text else "it is empty"
        if why and note:
            self.refuse(f"{name}_FILE", f"holds {_as_path(path)}; allowed: a file with the value of {name} ({why})")
        return None if why else _Found(text, f"the file of {name}_FILE")


def said(name: str, base_dir: Path = Path()) -> str:
    """The text of a setting as it stands in the environment or in `.env`, for scripts; empty when it is in neither."""
    found = SettingsReader.of(base_dir)._found(name)
    return found.text if found else ""


def _trimmed(text: str) -> str:
    return text.strip().strip(INVISIBLE).strip()


def _unquoted(text: str) -> str:
    """Without the quotes around it, which some programs that read `.env` for us leave there."""
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return _trimmed(text[1:-1])
    return text


def _as_path(text: str) -> str:
    """The path; what does not look like one may be the secret itself, put under the wrong name."""
    return repr(text) if text.startswith(("/", "./", "../", "~")) else f"a text of {len(text)} characters"


def _shown[T](found: _Found, kind: Kind[T]) -> str:
    what = f"a secret of {len(found.text)} characters" if kind.is_secret else _shortened(found.text)
    return f"{what} (from {found.source})"


def _shortened(text: str) -> str:
    text = re.sub(r"//[^/@]*@", "//***@", text)
    return repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…")
