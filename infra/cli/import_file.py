"""`duebridge import`: checks a lender's loan or payments file, and drops it in the inbox."""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, BinaryIO

import click
import yaml

from duebridge.adapters.inbox import AS_OF, FULL
from duebridge.core.content import Content
from duebridge.core.file_cells import WrongCellError, moment
from duebridge.core.file_encoding import FileRefusedError
from duebridge.core.loan_file import as_of as as_of_by_name
from duebridge.core.loan_file import is_full
from duebridge.flows.import_loans import whole_file
from infra.cli.column_names import rename_csv_columns, rename_json_names
from infra.cli.file_check import Checked, check_file
from infra.cli.rejections import SHOWN, Rejections
from infra.cli.shipped_content import shipped_content
from infra.stages import DEV, PROD, local

STAGES = {stage.name: stage for stage in (DEV, PROD)}
REFUSED = 2
_NOT_STATED = datetime.min.replace(tzinfo=UTC)


def _instant(_context: click.Context, _option: click.Parameter, text: str | None) -> datetime | None:
    try:
        return moment(text) if text is not None else None
    except WrongCellError as error:
        raise click.BadParameter(str(error)) from error


def _mapping(_context: click.Context, _option: click.Parameter, file: Path | None) -> Mapping[str, str]:
    if file is None:
        return {}
    try:
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise click.BadParameter(f"{file.name} is no YAML in UTF-8: {error}") from error
    columns = read.get("columns") if isinstance(read, dict) else None
    if not isinstance(columns, dict) or not all(isinstance(word, str) for pair in columns.items() for word in pair):
        raise click.BadParameter(
            f"{file.name}: write `columns: {{our_name: their_header}}`, names that are no words in quotes"
        )
    return columns


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--check", "is_check", is_flag=True, help="Only validates; nothing is dropped anywhere.")
@click.option("--full", is_flag=True, help="Loans that the file leaves out are held from then on.")
@click.option("--as-of", callback=_instant, metavar="ISO", help="When the file was true, such as 2026-03-11T06:00:00Z.")
@click.option("--mapping", type=FILE, callback=_mapping, help="YAML: `columns: {our_name: their_header}`.")
@click.option(
    "--json", "json_file", metavar="FILE", help="Writes the outcome here; - is stdout, and nothing else goes there."
)
@click.option("--stage", type=click.Choice(list(STAGES)), help="The stage in AWS that gets the file.")
def import_file(
    file: Path,
    is_check: bool,
    full: bool,
    as_of: datetime | None,
    mapping: Mapping[str, str],
    json_file: str | None,
    stage: str | None,
) -> None:
    """Checks a loan or payments file, told apart by its header, and drops it in the inbox.

    It goes to --stage in AWS with your own credentials, or without --stage to the pipeline that `duebridge local`
    runs on this machine. Rejected rows are told with line, column and how to mend them; the good rows go on.

    Exit 0 when the file was read, even if rows were rejected; 2 when it is refused as a whole, and then nothing is
    dropped. The JSON is {"rows", "accepted", "rejected": [{"line", "column", "reason"}]}; a refused file has 0 rows
    and one entry, on line 0 and column "file".

    \b
    Examples:
      duebridge import loans.csv --check
      duebridge import export.csv --mapping columns.yaml --as-of 2026-03-11T06:00:00Z --stage prod
    """
    content = shipped_content((STAGES[stage] if stage else local("arm64")).lender)
    with Rejections() as rejections:
        checked = _check(file, mapping, content, rejections, json_file)
        if json_file is not None:
            _write_json(json_file, rejections, checked.rows, checked.accepted)
        if json_file != "-":
            click.echo(_summary(file, checked, rejections), nl=False)
    if is_check:
        return
    dropped = _drop(file, checked, mapping, content, _metadata(file, as_of, full), stage)
    click.echo(dropped, err=json_file == "-")


def _check(
    file: Path, mapping: Mapping[str, str], content: Content, rejections: Rejections, json_file: str | None
) -> Checked:
    """Ends the command if the file is refused."""
    try:
        with _opened(file) as stream:
            return check_file(stream, mapping, content, rejections.add)
    except FileRefusedError as refusal:
        click.echo(f"{click.format_filename(file.name)} is refused: {refusal}", err=True)
        if json_file is not None:
            rejections.add(whole_file(refusal))
            _write_json(json_file, rejections, rows=0, accepted=0)
        raise click.exceptions.Exit(REFUSED) from refusal


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    """With a bar on a terminal that shows how much of the file is read."""
    with file.open("rb") as stream:
        if not sys.stderr.isatty():
            yield stream
            return
        from rich.console import Console
        from rich.progress import wrap_file

        with wrap_file(
            stream,
            file.stat().st_size,
            description=f"Checking {click.format_filename(file.name)}",
            console=Console(stderr=True),
            transient=True,
        ) as shown:
            yield shown


def _write_json(json_file: str, rejections: Rejections, rows: int, accepted: int) -> None:
    if json_file == "-":
        rejections.write_json(sys.stdout, rows=rows, accepted=accepted)
        return
    try:
        with Path(json_file).open("w", encoding="utf-8") as target:
            rejections.write_json(target, rows=rows, accepted=accepted)
    except OSError as error:
        raise click.ClickException(f"--json: {error}") from error


def _summary(file: Path, checked: Checked, rejections: Rejections) -> str:
    rejected = checked.rows - checked.accepted
    counts = f"{checked.rows:,} rows of {checked.kind}, {checked.accepted:,} accepted, {rejected:,} rejected"
    lines = [f"{click.format_filename(file.name)}: {counts}."]
    if checked.ignored_columns:
        lines.append(f"Not used: {', '.join(map(repr, checked.ignored_columns))}.")
    if rejected:
        lines += ["", "Rejected for"]
        lines += [f"{count:>9,}  {code}" for code, count in rejections.by_code]
        lines += ["", f"The first {SHOWN}" if rejected > SHOWN else "Each of them"]
        lines += [f"  {each.message}" for each in rejections.first]
    return "\n".join(lines) + "\n"


def _metadata(file: Path, given: datetime | None, full: bool) -> dict[str, str]:
    """Stated here, because the object's key may lose what the file's name says."""
    moment_stated = as_of_by_name(file.name, given, dropped_at=_NOT_STATED)
    metadata = {} if moment_stated is _NOT_STATED else {AS_OF: moment_stated.isoformat()}
    return {**metadata, FULL: "yes"} if full or is_full(file.name) else metadata


def _drop(
    file: Path,
    checked: Checked,
    mapping: Mapping[str, str],
    content: Content,
    metadata: Mapping[str, str],
    stage: str | None,
) -> str:
    """What was done, for a reader."""
    from infra.cli.inbox import LOCAL_RUN, inbox_of, safe_name

    inbox = inbox_of(stage, LOCAL_RUN)
    key = f"{checked.kind}/{safe_name(file.name)}"
    with file.open("rb") as original:
        if not mapping:
            inbox.drop(original, key, metadata)
        else:
            with tempfile.TemporaryFile() as renamed:
                _rename(original, renamed, checked, mapping, content)
                renamed.seek(0)
                inbox.drop(renamed, key, metadata)
    return f"Dropped as {key} into {inbox.bucket}; what the station rejects will stand under rejects/{key}/."


def _rename(
    original: IO[bytes], renamed: IO[bytes], checked: Checked, mapping: Mapping[str, str], content: Content
) -> None:
    station = checked.kind.station_names(content)
    names = {mapping.get(ours, station.get(ours, ours)): station.get(ours, ours) for ours in checked.kind.columns}
    rename = rename_csv_columns if checked.header else rename_json_names
    rename(original, renamed, names)
