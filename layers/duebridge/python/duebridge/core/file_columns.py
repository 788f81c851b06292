"""The columns that a kind of file must and may have, by our names and by the lender's."""

from collections.abc import Mapping

from msgspec import Struct

from .file_encoding import FileRefusedError, Refusal


class Columns(Struct, frozen=True):
    """The columns that a kind of file has, and what the lender calls them where the name differs."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    theirs: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """All our names, in the order of a record's cells."""
        return self.required + self.optional

    def their_name(self, name: str) -> str:
        """What the lender's header calls our column."""
        return self.theirs.get(name, name)

    def shown(self, name: str) -> str:
        """Our name, with theirs beside it where it differs."""
        theirs = self.their_name(name)
        return name if theirs == name else f"{name} (mapped to {theirs!r})"


def columns_not_ours(names: tuple[str, ...], columns: Columns) -> tuple[str, ...]:
    """The names that mean nothing to us. Raises FileRefusedError if a name that we need is absent or doubled."""
    missing = [columns.shown(name) for name in columns.required if columns.their_name(name) not in names]
    if missing:
        raise FileRefusedError(
            Refusal.MISSING_COLUMNS,
            f"the file lacks {len(missing)} of {len(columns.required)} columns: {', '.join(missing)}; "
            "add them, or map the file's own names to ours (columns: {our_name: their_header})",
        )
    ours = {columns.their_name(name) for name in columns.names}
    repeated = sorted(name for name in ours if names.count(name) > 1)
    if repeated:
        raise FileRefusedError(
            Refusal.REPEATED_COLUMN,
            f"the header names these columns more than once: {', '.join(repeated)}; keep one of each",
        )
    return tuple(name for name in dict.fromkeys(names) if name and name not in ours)


def refuse_unknown_names(columns: Columns) -> None:
    """Raises FileRefusedError if the mapping speaks of columns that there are not."""
    unknown = sorted(set(columns.theirs) - set(columns.names))
    if unknown:
        raise FileRefusedError(
            Refusal.WRONG_MAPPING,
            f"the mapping names columns that we do not have: {', '.join(unknown)}; "
            f"write our_name: their_header with our names: {', '.join(columns.names)}",
        )
