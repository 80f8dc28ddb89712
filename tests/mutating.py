"""Deliberate faults, one line each, and whether the tests of a pure package notice them.

A fault is put into a copy of the package, and the package's own tests run on the copy. Tests that let one live prove
nothing. The lists are in `tests/realtime/bridge/mutations.py` and `tests/calls/conversational/mutations.py`.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTEST = (sys.executable, "-m", "pytest", "-x", "-q", "--tb=line", "-p", "no:cacheprovider")
AT_ONCE = 2
SECONDS = 300.0  # for one run, on a machine that is busy with other things
NO_DEADLINE = """from hypothesis import HealthCheck, settings
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
"""  # on a machine that is busy with other things a slow example is no fault
STORIES, SEARCH = "stories", "search"


@dataclass(frozen=True, slots=True)
class Mutation:
    """A line of a module as it stands, what becomes of it, and what that would mean; `by`: who has to notice."""

    module: str
    old: str
    new: str
    why: str
    by: str = STORIES


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run of tests said: the first property or story that failed, or None."""

    mutation: Mutation | None
    caught_by: str | None
    output: str


@dataclass(frozen=True)
class Suite:
    """A package, its tests and its faults. Paths are those of the tree.

    `parts` are the files and folders a copy needs, `search` the tests that look for a broken property, `environment`
    what tells them how long to look. With `mirrored`, the stories of a module are those in the test file of its name.
    """

    package: Path
    tests: Path
    search: Path
    parts: tuple[Path, ...]
    mutations: tuple[Mutation, ...]
    left_out: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    mirrored: bool = False

    def source(self, mutation: Mutation) -> str:
        """The module with the fault; ValueError when its line does not stand there exactly once."""
        return mutated((ROOT / self.package / f"{mutation.module}.py").read_text(), mutation)

    def try_all(self) -> list[Verdict]:
        """The package as it is, then each mutation, in order."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self.try_out, (None, *self.mutations)))

    def try_out(self, mutation: Mutation | None) -> Verdict:
        """Run the package's own tests on a copy of it, in which one line is wrong."""
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder)
            self._copy_into(copy)
            if mutation:
                (copy / self.package / f"{mutation.module}.py").write_text(self.source(mutation))
            return self._run(copy, mutation)

    def main(self) -> int:
        """Print which test caught which; 1 when one was caught by nobody, or the package as it is fails."""
        verdicts = self.try_all()
        sys.stdout.write(report(verdicts) + "\n")
        return int(any((verdict.caught_by is None) == (verdict.mutation is not None) for verdict in verdicts))

    def _copy_into(self, folder: Path) -> None:
        rubbish = shutil.ignore_patterns("__pycache__", *self.left_out)
        for part in self.parts:
            (folder / part).parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, folder / part, ignore=rubbish)
            else:
                shutil.copy(ROOT / part, folder / part)
            for package in part.parents[:-1]:
                (folder / package / "__init__.py").touch()
        (folder / "pytest.ini").write_text("[pytest]\n")
        (folder / "conftest.py").write_text(NO_DEADLINE)

    def _chosen(self, mutation: Mutation | None) -> list[str]:
        if mutation is None:
            return [str(self.tests)]
        if mutation.by == SEARCH:
            return [str(self.search)]
        if self.mirrored:
            return [str(self.tests / f"test_{mutation.module}.py")]
        return [str(self.tests), f"--ignore={self.search}"]

    def _run(self, folder: Path, mutation: Mutation | None) -> Verdict:
        found = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-x",
                "-q",
                "--tb=line",
                "-p",
                "no:cacheprovider",
                *self._chosen(mutation),
            ],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **self.environment},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return Verdict(mutation, _complaint(found.stdout) if found.returncode else None, found.stdout)


def with_imports(*modules: Path) -> tuple[Path, ...]:
    """These modules and every one of the tree they import, directly or not."""
    known: set[Path] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module not in known:
            known.add(module)
            waiting += [path for name in _imported(module) if (path := _file_of(name)) is not None]
    return tuple(sorted(known))


def mutated(source: str, mutation: Mutation) -> str:
    """The source with the fault; ValueError when the line does not stand in it exactly once."""
    if source.count(mutation.old) != 1:
        raise ValueError(f"{mutation.module}: {mutation.old!r} stands {source.count(mutation.old)} times")
    return source.replace(mutation.old, mutation.new)


def report(verdicts: list[Verdict]) -> str:
    """The verdicts as a table."""
    rows = [("module", "fault", "caught by")]
    for verdict in verdicts:
        mutation = verdict.mutation
        where, what = (mutation.module, mutation.why) if mutation else ("(as it is)", "none")
        rows.append((where, what, verdict.caught_by or "nobody"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / module).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _file_of(name: str) -> Path | None:
    path = Path(*name.split("."))
    found = (path.with_suffix(".py"), path / "__init__.py")
    return next((one for one in found if (ROOT / one).is_file()), None)


def _complaint(output: str) -> str:
    """The property that failed, else the story; a copy that cannot even be imported is nobody's merit."""
    story = re.search(r"^FAILED \S+::(\w+)", output, re.MULTILINE)
    if story is None:
        raise RuntimeError(output)
    broken = re.search(r"(?:^E +|: )(?:AssertionError: )?((?:\w+Error: )?.+)$", output, re.MULTILINE)
    return broken.group(1)[:100] if broken and story.group(1) == "runTest" else story.group(1)
