"""What a browser would send for a page of the back office: every field as it is filled in, for a test to change."""

from html.parser import HTMLParser
from typing import Any


def filled_in(page: Any) -> dict[str, Any]:
    """The fields of the page's own form and their values, without the buttons and the actions."""
    reader = _FormReader()
    reader.feed(page.content.decode())
    return reader.values


class _FormReader(HTMLParser):
    """Reads the form whose id ends in `_form`; several values of one name become a list."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self._inside = False
        self._select: tuple[str, bool] | None = None
        self._first_option: str | None = None
        self._chosen = False
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = found.get("id", "").endswith("_form")
        if not self._inside or (tag in ("input", "select", "textarea") and self._is_left_out(found)):
            return
        if tag == "input":
            self._input(found)
        elif tag == "select":
            self._select, self._first_option, self._chosen = (found["name"], "multiple" in found), None, False
        elif tag == "option" and self._select:
            self._option(found)
        elif tag == "textarea":
            self._textarea = found["name"]
            self.values[self._textarea] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self._textarea = ""
        elif tag == "select" and self._select:
            name, multiple = self._select
            if not self._chosen and not multiple and self._first_option is not None:
                self._add(name, self._first_option)
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.values[self._textarea] += data.removeprefix("\n") if not self.values[self._textarea] else data

    def _input(self, found: dict[str, str]) -> None:
        kind = found.get("type", "text")
        if kind in ("checkbox", "radio"):
            if "checked" in found:
                self._add(found["name"], found.get("value", "on"))
        elif kind not in ("submit", "button", "file"):
            self._add(found["name"], found.get("value", ""))

    def _option(self, found: dict[str, str]) -> None:
        assert self._select is not None
        value = found.get("value", "")
        self._first_option = value if self._first_option is None else self._first_option
        if "selected" in found:
            self._chosen = True
            self._add(self._select[0], value)

    def _add(self, name: str, value: str) -> None:
        if name in self.values:
            held = self.values[name]
            self.values[name] = [*(held if isinstance(held, list) else [held]), value]
        else:
            self.values[name] = value

    @staticmethod
    def _is_left_out(found: dict[str, str]) -> bool:
        name = found.get("name", "")
        return not name or "action" in name or name == "csrfmiddlewaretoken" or "__prefix__" in name
