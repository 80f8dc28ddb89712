"""Markdown, HTML and SSML leave the words they stand around."""

import pytest

from calls.speech.normalization import readable

EXAMPLES = {
    "**bold**, *it*, __b__, ~~no~~, `code`": "bold, it, b, no, code",
    "jane_doe@example.com and snake_case": "jane_doe@example.com and snake_case",
    "**jane_doe@example.com**": "jane_doe@example.com",
    "_a.b@c.com_": "a.b@c.com",
    "https://x.com/a_b_c": "https://x.com/a_b_c",
    "[text](https://x.com/a_(b)) end": "text end",
    "[text](https://x.com 'title')": "text",
    "![alt](a.png)": "alt",
    "# Title\nText": "Title. Text",
    "- one\n- two": "one. two.",
    "1) one\n2) two": "one. two.",
    "2 homes": "2 homes",
    "| a | b |\n|:--|--:|\n| c | d |": "a, b. c, d.",
    "> quoted\n>> twice": "quoted twice",
    "> 5 acres": "> 5 acres",
    "a<br/>b": "a b",
    "<table><tr><td>a</td><td>b</td></tr></table>": "a b",
    "1 < 2 and 3 > 2": "1 < 2 and 3 > 2",
    "I <3 homes": "I <3 homes",
    "AT&amp;T &lt;b&gt;x&lt;/b&gt; &amp;amp; &copy;": "AT&T x & ©",
    "Fish&chips &unknown; x": "Fish&chips &unknown; x",
    "<style>p{}</style>x": "x",
    "<![CDATA[x]]>": "x",
    "<?xml version='1.0'?><speak>x</speak>": "x",
    r"\*x\* \# y": "x # y",
    "4 * 5": "4 × 5",
    "MLS #1234567": "MLS #1234567",
    "Apt #4": "Apt #4",
    "see [1] and [^2]": "see [1] and",
    "at 2:30) or :-) ;)": "at 2:30) or",
}


@pytest.mark.parametrize(("written", "read"), EXAMPLES.items())
def test_markup_is_left_out(written: str, read: str) -> None:
    assert readable(written) == read
    assert readable(read) == read
