"""The country calling code that a number begins with: as near to a country as a number tells without its plan."""

_TWO_DIGITS = """
20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58
60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98
"""

ONE_DIGIT = frozenset("17")
TWO_DIGITS = frozenset(_TWO_DIGITS.split())
"""All others have three. Source: ITU-T E.164, list of assigned country codes."""


def calling_code(phone: str) -> str:
    """`+49` for a number in Germany; `+1` is shared by the countries of North America."""
    digits = phone.removeprefix("+")
    if digits[:1] in ONE_DIGIT:
        return f"+{digits[:1]}"
    return f"+{digits[:2]}" if digits[:2] in TWO_DIGITS else f"+{digits[:3]}"
