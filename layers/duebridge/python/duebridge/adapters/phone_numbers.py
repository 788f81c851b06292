"""Reads telephone numbers with Google's numbering plans, when loans are imported and nowhere else."""

from typing import TYPE_CHECKING

from ..core.loan_file import Phone, WrongPhoneError

if TYPE_CHECKING:
    import phonenumbers

_LENGTH_LIMIT = 40
_NO_ZONE = "Etc/Unknown"


class PhoneNumbers:
    """The numbering plans of all countries, loaded when this is made: no other station pays for them."""

    def __init__(self) -> None:
        import phonenumbers
        import phonenumbers.timezone

        self._plans = phonenumbers
        self._time_zones_of = phonenumbers.timezone.time_zones_for_number

    def __call__(self, text: str, country: str) -> Phone:
        """A number with + as it stands, a national one by its country. Raises WrongPhoneError."""
        _refuse_other_than_digits(text)
        number = self._parsed(text, country)
        if not self._plans.is_possible_number(number):
            raise WrongPhoneError(f"{_shape(text)}: too many or too few for its country; {_MEND}")
        if not self._plans.is_valid_number(number):
            raise WrongPhoneError(f"{_shape(text)}: in no range of numbers that its country uses; {_MEND}")
        zones = tuple(zone for zone in self._time_zones_of(number) if zone != _NO_ZONE)
        return Phone(self._plans.format_number(number, self._plans.PhoneNumberFormat.E164), zones)

    def _parsed(self, text: str, country: str) -> "phonenumbers.PhoneNumber":
        try:
            return self._plans.parse(text, country)
        except self._plans.NumberParseException:
            raise WrongPhoneError(f"{_shape(text)}: no number of any country; {_MEND}") from None


_MEND = "write it as E.164, such as +8613800138001"


def _refuse_other_than_digits(text: str) -> None:
    """Letters would be read as keypad digits or as an extension, which no text reaches."""
    if len(text) > _LENGTH_LIMIT or not any(character.isdigit() for character in text):
        raise WrongPhoneError(f"not a telephone number; {_MEND}")
    if any(character.isalpha() for character in text):
        raise WrongPhoneError(f"letters in a telephone number; {_MEND}")
    if any(character in "#;,*/@" for character in text):
        raise WrongPhoneError(f"an extension, or several numbers in one cell; {_MEND}")


def _shape(text: str) -> str:
    """How many digits, never which."""
    digits = sum(character.isdigit() for character in text)
    return f"{digits} digits {'with' if text.startswith(('+', '＋')) else 'without'} +"
