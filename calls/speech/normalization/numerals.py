"""Say numbers as Americans do: counts, ordinals, years, house numbers, single digits. Pure; whole numbers from 0 on."""

from leads.number_words import ONES, cardinal

TOO_LONG = 15  # digits; beyond, nobody says a number as one
TOO_LONG_AS_ONE_RUN = 9  # without its commas a longer one is the number of something


def digit_by_digit(digits: str, *, zero: str = "zero") -> str:
    """Say each digit: "seven eight seven zero four"."""
    return " ".join(ONES[int(digit)] if digit != "0" else zero for digit in digits)


def plural(words: str) -> str:
    """Return the plural of a number in words: "four hundreds", "eighties"."""
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}{'es' if words.endswith('x') else 's'}"


def count(digits: str) -> str:
    """Say a count, perhaps with a decimal point; what is too long or begins with 0 is said digit by digit."""
    whole, _, part = digits.replace(",", "").partition(".")
    longest = TOO_LONG if "," in digits else TOO_LONG_AS_ONE_RUN
    is_code = len(whole) > longest or (len(whole) > 1 and whole.startswith("0"))
    words = digit_by_digit(whole) if is_code else cardinal(int(whole))
    return f"{words} point {digit_by_digit(part)}" if part else words


def year(digits: str) -> str:
    """Say a year of four digits: "nineteen eighty-seven", "two thousand four", "twenty twenty-six"."""
    number = int(digits)
    if 2000 <= number < 2010 or number % 1000 == 0:
        return cardinal(number)
    return _in_pairs(digits)


def house_number(digits: str) -> str:
    """Say a house number: "twelve oh four", "four twelve", "fourteen", "one twelve oh four"."""
    number = int(digits)
    if digits.startswith("0") or len(digits) > 6:
        return digit_by_digit(digits)
    if number < 100 or number % 1000 == 0 or (len(digits) == 3 and number % 100 == 0):
        return cardinal(number)
    return _in_pairs(digits)


def _in_pairs(digits: str) -> str:
    """Say digits in pairs from the right; "12 00" is "twelve hundred", "05" is "oh five"."""
    first = digits[: 2 - len(digits) % 2]
    pairs = [digits[place : place + 2] for place in range(len(first), len(digits), 2)]
    if len(digits) == 4 and pairs == ["00"]:
        return f"{cardinal(int(first))} hundred"
    return " ".join([cardinal(int(first)), *(_pair(pair) for pair in pairs)])


def _pair(digits: str) -> str:
    if digits[0] == "0":
        return f"oh {ONES[int(digits[1])]}" if digits[1] != "0" else "oh oh"
    return cardinal(int(digits))
