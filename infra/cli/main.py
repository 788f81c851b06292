"""The command line `duebridge`. A command's module is loaded when that command is asked for, so that
counting segments does not wait for the AWS client, the CDK or the terminal tables to be imported."""

from importlib import import_module
from typing import override

import click

COMMANDS = {
    "demo": ("infra.cli.demo", "demo", "Plays the whole pipeline on this machine."),
    "local": ("infra.cli.local", "local", "Keeps the pipeline running on this machine."),
    "import": ("infra.cli.import_file", "import_file", "Checks a loan or payments file, and drops it in the inbox."),
    "segments": ("infra.cli.segments", "segments", "Counts the billed parts of texts."),
    "classify": ("infra.cli.classify", "classify", "Understands borrowers' replies."),
    "check-contact": ("infra.cli.check_contact", "check_contact", "Says whether a demand may be sent now."),
    "preview": ("infra.cli.preview", "preview", "Prints what each loan would hear now; sends nothing."),
    "lint": ("infra.cli.lint", "lint", "Checks the shipped texts."),
    "simulate": ("infra.cli.simulate", "simulate", "Plays an experiment on made-up borrowers."),
    "report": ("infra.cli.report", "report", "Says whether the texts helped, whom, and at what cost."),
    "explain": ("infra.cli.explain", "explain", "Prints every decision about a loan."),
    "evidence": ("infra.cli.evidence", "evidence", "Writes all that is known about a loan, with a hash chain."),
    "erase": ("infra.cli.erase", "erase", "Forgets a borrower who asked for it."),
    "capacity": ("infra.cli.capacity", "capacity", "Says how long a day's texts take, and what they cost."),
}
"""Command -> its module, its name there, and one line for the overview."""


class LazyGroup(click.Group):
    """Knows its commands by name and loads only the one that is called."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name, _summary = COMMANDS[cmd_name]
        command = getattr(import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}.{name} is no command: decorate it with @click.command()")
        return command

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_module, _name, summary) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="duebridge", prog_name="duebridge")
def main() -> None:
    """Finds overdue loans, says the right thing once, listens to the answer, puts a person on it.

    \b
    Example:
      echo '{"id": 1, "text": "Your loan is late."}' | duebridge segments
    """


if __name__ == "__main__":
    main()
