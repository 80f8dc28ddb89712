"""What each kind of setting takes, and what it does not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from realestate import setting_kinds as kinds
from realestate.setting_kinds import Hint, Kind

FINE: list[tuple[Kind[Any], dict[str, Any]]] = [
    (
        kinds.flag(),
        {"true": True, "Yes": True, "ON": True, "1": True, "no": False, "off": False, "0": False, "F": False},
    ),
    (kinds.whole(0, 100), {"0": 0, "007": 7, "+5": 5, "100": 100}),
    (kinds.number(0, 100), {"0": 0.0, "2.5": 2.5, ".5": 0.5, "5.": 5.0}),
    (kinds.text(20), {"O'Brien & Söhne": "O'Brien & Söhne", "$mart Homes": "$mart Homes"}),
    (kinds.one_of("neural", "long-form"), {"Neural": "neural", "LONG-FORM": "long-form"}),
    (kinds.secret(), {"$q3#!/=": "$q3#!/="}),
    (kinds.log_level(), {"info": "INFO", "Warn": "WARNING", "DEBUG": "DEBUG"}),
    (kinds.zone(), {"America/Chicago": "America/Chicago", "UTC": "UTC"}),
    (kinds.phone(), {"+15125550100": "+15125550100", "+1 (512) 555-0100": "+15125550100"}),
    (
        kinds.phone_lines(),
        {
            "buyer=+15125550181 +15125550182, seller = +15125550183,": {
                "buyer": "+15125550181 +15125550182",
                "seller": "+15125550183",
            }
        },
    ),
    (
        kinds.public_url(),
        {
            "https://ringside.example": "https://ringside.example",
            "https://ringside.example//": "https://ringside.example",
            "HTTPS://RingSide.Example:443/": "https://ringside.example",
            "http://127.0.0.1:8000": "http://127.0.0.1:8000",
            "http://[::1]:8000/": "http://[::1]:8000",
            "https://ring_side.example": "https://ring_side.example",
        },
    ),
    (
        kinds.service_url(),
        {"https://api.openai.com/v1/": "https://api.openai.com/v1", "http://h:9100": "http://h:9100"},
    ),
    (
        kinds.redis_url(),
        {"redis://:p/@w@h:6379/0": "redis://:p%2F%40w@h:6379/0", "unix:///run/r.sock": "unix:///run/r.sock"},
    ),
    (
        kinds.hosts(),
        {
            "a.example, B.example": ["a.example", "b.example"],
            "a.example b.example,": ["a.example", "b.example"],
            ".a.example,[::1],*": [".a.example", "[::1]", "*"],
        },
    ),
    (kinds.proxies(), {"10.0.0.2, 10.1.0.0/16": "10.0.0.2,10.1.0.0/16", "10.0.0.9/8": "10.0.0.0/8", "10.0.0.2,*": "*"}),
    (
        kinds.folder(Path("/srv/ring")),
        {"./var": Path("/srv/ring/var"), "/data": Path("/data"), "~/r": Path.home() / "r"},
    ),
]
WRONG: list[tuple[Kind[Any], list[str]]] = [
    (kinds.flag(), ["maybe", "2", "-1", "truee", "none", "ja"]),
    (kinds.whole(0, 100), ["-1", "101", "1.5", "1e1", "10s", "1_0", "1,0", "inf", "nan", "٣", "0x1", "1 0", "9" * 400]),
    (kinds.number(0, 100), ["-0.1", "100.1", "inf", "-inf", "nan", "1e400", "1e1", "5 dB", "1,5", "", ".", "١"]),
    (kinds.text(20), ["x" * 21, "a\nb", "a\tb", "a\u202eb", "a\x00b", "a\u2028b"]),
    (kinds.one_of("neural"), ["neuronal", "neural standard"]),
    (kinds.secret(), ["a b", "a\nb", "schlüssel", "“sk”", "a\u200bb"]),
    (kinds.log_level(), ["loud", "10", "TRACE"]),
    (kinds.zone(), ["Central", "CST", "EST", "America/chicago", "America/Lakeside", "../etc/passwd", "/etc/localtime"]),
    (
        kinds.phone(),
        ["512-555-0100", "5125550100", "+1", "+1512555010012345", "+1512555O100", "+15125550100x4", "tel:+1512"],
    ),
    (kinds.phone_lines(), ["+15125550181", "buyer", "buyer=", "buyer=5125550181", "a=+15125550181;b=+15125550182"]),
    (kinds.phone_lines(), ["buyer=+15125550181,buyer=+15125550182", "=+15125550181"]),
    (
        kinds.public_url(),
        ["ringside.example", "ringside.example:443", "//ringside.example", "https://", "https:/x", "x"],
    ),
    (kinds.public_url(), ["ftp://x.example", "https://x.example/app", "https://x.example?a", "https://x.example/#a"]),
    (
        kinds.public_url(),
        ["https://x example", "https://x.example:99999", "https://x.example:", "https://u:p@x.example"],
    ),
    (
        kinds.public_url(),
        ["https://[::1", "https://[x]", "https://*.example", "https://bücher.example", "https://x.example\\a"],
    ),
    (kinds.service_url(), ["localhost:9100", "ws://h", "https://h/v1?key=1", "https://h /v1"]),
    (kinds.redis_url(), ["localhost:6379", "http://h", "redis://", "redis://h 1", "redis://h:x", "redis://u:p@"]),
    (kinds.hosts(), ["https://a.example", "a.example:8000", "a.example/x", "a*b"]),
    (kinds.proxies(), ["proxy", "10.0.0", "10.0.0.2:80", "10.0.0.0/40"]),
    (kinds.folder(Path("/srv")), ["/dev/null", "/dev/null/x", "~nobody-of-that-name/x"]),
    (kinds.word("[a-z]+", "a word"), ["A", "a b", "a\n"]),
]


@pytest.mark.parametrize(
    ("kind", "text", "value"), [(kind, text, value) for kind, rows in FINE for text, value in rows.items()]
)
def test_what_is_right_is_read(kind: Kind[Any], text: str, value: Any) -> None:
    assert kind.read(text) == value


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in WRONG for text in texts])
def test_what_is_wrong_is_a_value_error_and_nothing_else(kind: Kind[Any], text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the reader of settings says the rest
        kind.read(text)


@pytest.mark.parametrize(
    ("read", "text", "hint"),
    [
        (kinds.zone().read, "chicago", "America/Chicago"),
        (kinds.zone().read, "America/New York", "America/New_York"),
        (kinds.phone().read, "(512) 555-0100", "+15125550100"),
    ],
)
def test_what_was_meant_is_said(read: Callable[[str], Any], text: str, hint: str) -> None:
    with pytest.raises(Hint, match=rf"did you mean {hint.replace('+', '[+]')}\?"):
        read(text)
