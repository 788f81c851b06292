"""What the desk says, in the language of whoever looks at it; one data file a language in templates/desk."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone

from msgspec import Struct

DEFAULT_LANGUAGE = "en"


class Words(Struct, frozen=True):
    """`Words.of("reason", "dispute")` is what a reader calls that reason."""

    language: str
    by_name: Mapping[str, str]

    def __call__(self, name: str, /, **values: object) -> str:
        """A sentence or label of the desk itself. A missing one shows as its name, which a test forbids."""
        words = self.by_name.get(name, name)
        for slot, value in values.items():
            words = words.replace(f"{{{slot}}}", str(value))
        return words

    def of(self, group: str, code: str) -> str:
        """What a code is called; one that the file does not know is shown as it is, in readable form."""
        return self.by_name.get(f"{group}.{code}", code.rpartition("/")[2].replace("_", " "))

    def known(self, group: str, code: str) -> str | None:
        """As `of`, and None for what the file does not know."""
        return self.by_name.get(f"{group}.{code}")


class DeskContent(Struct, frozen=True):
    """What the desk says, and how it looks."""

    words: Mapping[str, Mapping[str, str]]
    """By language."""
    style: str
    describe: str
    """For whoever puts the widget on a dashboard."""

    def words_for(self, locale: str) -> Words:
        """The viewer's language, or English."""
        language = next((each for each in self.words if each.partition("-")[0] == locale.partition("-")[0]), "")
        language = language or DEFAULT_LANGUAGE
        return Words(language, self.words[language])


class Viewer(Struct, frozen=True, kw_only=True):
    """Who looks: in which language, by which clock, in which colours, and whom their clicks call."""

    words: Words
    offset_minutes: int = 0
    """Of the dashboard's time zone, ahead of UTC."""
    theme: str = "light"
    endpoint: str = ""
    by: str = ""
    """The initials that were declared last in this sitting."""

    def moment(self, at: datetime) -> str:
        """`11 Mar, 16:05`, `3月11日 16:05`."""
        local = at.astimezone(timezone(timedelta(minutes=self.offset_minutes)))
        return f"{self.day(local.date())} {local:%H:%M}"

    def day(self, value: date) -> str:
        """A date, short; the year is told where it is not the obvious one."""
        if self.words.language.startswith("zh"):
            return f"{value.month}月{value.day}日"
        return f"{value.day} {MONTHS[value.month - 1]}"

    @property
    def zone(self) -> str:
        """`UTC+8`."""
        hours, minutes = divmod(abs(self.offset_minutes), 60)
        sign = "-" if self.offset_minutes < 0 else "+"
        tail = f":{minutes:02}" if minutes else ""
        return f"UTC{sign}{hours}{tail}" if self.offset_minutes else "UTC"


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def stamp(at: datetime) -> str:
    """For machines that read a page: an instant in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds")
