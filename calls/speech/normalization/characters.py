"""Reduce the world's characters to those English is written with: what no eye sees and no voice can say goes. Pure."""

import re
import unicodedata

_ASCII = re.compile(r"[\n -~]*")
_KEPT = frozenset("½⅓⅔¼¾⅛⅜⅝⅞⅕⅖⅗⅘⅙⅚²³°×÷±≈≤≥≠–—…‘’“”•·′″¢£¥€₹©")
_WRITTEN = {
    "‐": "-", "‑": "-", "‒": "–", "―": "—", "−": "-", "⁄": "/", "∕": "/", "∼": "~", "º": "°", "˚": "°",
    "\t": " ", "\v": "\n", "\f": "\n", "\r": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n",
    "„": "“", "‟": "“", "‚": "‘", "‛": "‘", "´": "’", "ʼ": "’", "＇": "'", "`": "`", "№": "No. ",
    "‣": "•", "⁃": "•", "●": "•", "◦": "•", "▪": "•", "■": "•", "►": "•", "▶": "•", "¿": "", "¡": "", "™": "", "℠": "",
}  # fmt: skip
_SPACE = frozenset({"Zs", "Cc"})
_NOTHING = frozenset({"Cf", "Cs", "Co", "Cn", "Me"})  # bidirectional and zero-width marks, and what has no meaning
_PICTURE = frozenset({"So", "Sk", "Sm", "Sc"})
_MOST_MARKS = re.compile(r"([\u0300-\u036f]{2})[\u0300-\u036f]+")
_VARIATION = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))


def plain_characters(text: str) -> str:
    """Return the text in plain characters: no emoji, no control, zero-width or direction marks, one width of letters.

    Letters of every script stay, and the signs that have words ("½", "°", "€").
    """
    if _ASCII.fullmatch(text):
        return text
    reduced = "".join(map(_reduced, unicodedata.normalize("NFC", text)))
    return _MOST_MARKS.sub(r"\1", reduced)


def _reduced(character: str) -> str:
    if " " <= character <= "~" or character == "\n" or character in _KEPT:
        return character
    if character in _WRITTEN:
        return _WRITTEN[character]
    kind = unicodedata.category(character)
    if kind in _NOTHING or character in _VARIATION:
        return ""
    if kind in _SPACE:
        return " "
    if kind == "Nd":
        return str(unicodedata.digit(character))
    return _compatible(character, kind)


def _compatible(character: str, kind: str) -> str:
    """Return the ASCII letters, digits or signs this character is a variant of; else itself, and a space for a picture.

    "２" is 2, "𝐁" is B, "㎡" is m2, "℉" is °F.
    """
    same = "".join(_WRITTEN.get(each, each) for each in unicodedata.normalize("NFKC", character))
    if same != character and all(" " <= each <= "~" or each in _KEPT for each in same):
        return same.strip() or " "
    return " " if kind in _PICTURE else character
