"""Running a command and reading what it prints."""

from io import StringIO

from django.core.management import call_command


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue().strip()
