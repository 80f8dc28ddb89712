"""Take the markup out of a text: Markdown, HTML, SSML. Pure.

Models write Markdown although they are told not to, feeds bring HTML, and anybody can write tags into a name. What
remains reads well in a transcript and sounds like speech.
"""

import html
import re

from calls.speech.normalization.internet import ADDRESSES
from calls.speech.normalization.patterns import rule

_SUSPECT = re.compile(r"[*_`~#|<>\[\]{}\\^&\n•·=]|[:;]-?[)(DP]|^\s*(?:[-+]|[0-9]{1,2}[.)])\s|:[a-z]|  |^\s|\s$|![^ ]")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_MOST_ESCAPED = 3
_ENDS_A_LINE = r"br|p|div|li|ul|ol|tr|table|h[1-6]|hr|blockquote|section|s|par"
_TAGS = (
    rule(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[|\]\]>", " ", re.DOTALL),
    rule(r"<(?P<tag>script|style|head|template)\b[^<>]*>.*?(?:</(?P=tag)\s*>|\Z)", " ", re.DOTALL | re.IGNORECASE),
    rule(r"<[a-z]+:[^\s<>|]+\|(?P<text>[^<>]*)>", lambda match: match["text"]),  # as messengers write links
    rule(r"<(?P<address>https?://[^\s<>]+|mailto:[^\s<>]+|[\w.+-]+@[\w.-]+)>", lambda match: match["address"]),
    rule(r"<[!?][^<>]*>", " "),
    rule(rf"</?(?:{_ENDS_A_LINE})(?:\s[^<>]*)?/?>", "\n", re.IGNORECASE),
    rule(r"<(?:break|img|audio|t[dh]|input)\b[^<>]*>", " ", re.IGNORECASE),
    rule(r"</?[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>", ""),
    rule(r"</?[A-Za-z][\w:.-]*(?:\s[\w:-]+=[^<>]*)?\Z", ""),  # a tag cut off at the end
)
_BLOCKS = (
    rule(r"^[ \t]*(?:`{3,}|~{3,}).*$", "", re.MULTILINE),
    rule(r"^[ \t]*\[[^\]\n]+\]:[ \t]*\S+.*$", "", re.MULTILINE),  # where a link leads
    rule(r"^[ \t]*+(?:\|[ \t]*+)?:?-{2,}+:?[ \t]*+(?:\|[ \t]*+:?-{2,}+:?[ \t]*+)*+\|?[ \t]*$", "", re.MULTILINE),
    rule(r"^[ \t]*(?:(?:[*_-][ \t]*){3,}|={3,}[ \t]*)$", "", re.MULTILINE),
    rule(r"^[ \t]*(?:>(?![ \t]?[0-9])[ \t]?)+", "", re.MULTILINE),
    rule(r"^[ \t]*#{1,6}[ \t]+(?P<heading>[^\n]*?)[ \t#]*$", lambda match: _ended(match["heading"]), re.MULTILINE),
    rule(
        r"^[ \t]*(?:[-*+•·–—]|[0-9]{1,2}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(?P<item>\S[^\n]*?)[ \t]*$",
        lambda match: _ended(match["item"]),
        re.MULTILINE,
    ),
    rule(r"^[ \t]*(?:[-*+•·–—]|[0-9]{1,2}[.)])[ \t]*$(?=\n|\Z)", lambda match: _bare(match[0]), re.MULTILINE),
    rule(r"^[ \t]*\|(?P<row>[^\n]*?)\|?[ \t]*$", lambda match: _row(match["row"]), re.MULTILINE),
    rule(r"^(?P<row>[^|\n]*\S[ \t]+\|[ \t]+[^\n]*)$", lambda match: _row(match["row"]), re.MULTILINE),
)
_INLINE = (
    rule(
        r"!?\[(?P<text>[^\[\]\n]*)\]\((?P<to>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s[^()\n]*)?\)", lambda m: m["text"]
    ),
    rule(r"\[(?P<text>[^\[\]\n]+)\]\[[^\[\]\n]*\]", lambda match: match["text"]),
    rule(r"【[^【】\n]*】|\[\^[^\[\]\n]*\]|(?<=\S)\[[0-9]{1,3}\]", ""),
    rule(r"(?<!\S):[a-z][a-z0-9_+-]+:(?!\w)|(?<!\S)[:;]-?[)(DPp](?!\w)|(?<!\S)<3(?=\s*\Z)", ""),
    rule(rf"(?<!\w)(?P<marks>__?)(?P<address>{ADDRESSES})(?P=marks)(?!\w)", lambda match: match["address"]),
    rule(
        rf"(?P<address>{ADDRESSES})|(?P<times>(?<=[0-9])\s?\*\s?(?=[0-9]))|\*+|`+|~~+|(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])",
        lambda match: match["address"] or (" × " if match["times"] else ""),
    ),
)
_ESCAPED = rule(r"\\(?P<sign>[!-/:-@\[-`{-~])", lambda match: match["sign"])


def without_markup(text: str) -> str:
    """Return the text on one line without markup. Items of a list, headings and rows of a table become sentences."""
    if not _SUSPECT.search(text):
        return text
    text = _without_tags(re.sub(r"[ \t]+", " ", text))
    for pattern, words in (_ESCAPED, *_BLOCKS, *_INLINE):
        text = pattern.sub(words, text)
    return " ".join(text.split())


def _without_tags(text: str) -> str:
    """Return the text without tags, however often they were escaped."""
    for _ in range(_MOST_ESCAPED):
        for pattern, words in _TAGS:
            text = pattern.sub(words, text)
        resolved = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
        if resolved == text:
            break
        text = resolved
    return text


def _row(cells: str) -> str:
    return _ended(", ".join(cell.strip() for cell in cells.split("|") if cell.strip()))


def _ended(line: str) -> str:
    """Return the line with an end, so that a voice pauses after it."""
    line = line.strip()
    return f"{line}." if re.search(r"\w[*_`~)\"'”’%]*$", line) else line


def _bare(mark: str) -> str:
    """Drop a bullet without a text; a number alone on its line is one."""
    return mark.strip() if mark.strip()[0].isdigit() else ""
