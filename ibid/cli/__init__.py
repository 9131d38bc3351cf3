"""The command line: one file per command, loaded when it is called."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from ibid.cli.common import EXIT_INTERRUPTED, EXIT_USAGE, GLOBAL_OPTIONS, GlobalCommand, emit_error

COMMANDS = (
    "ingest",
    "status",
    "rm",
    "collections",
    "chunks",
    "search",
    "ask",
    "chat",
    "show",
    "eval",
    "tune",
    "cases",
    "config",
    "demo",
)


class LazyGroup(click.Group):
    """Finds a command in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """In the order of a first use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        found = importlib.import_module(f"ibid.cli.{cmd_name}").command
        assert isinstance(found, GlobalCommand | click.Group)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Says which command may have been meant."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from ibid.layers import similar

            raise click.UsageError(f"there is no command {name!r}. {similar(name, COMMANDS)}".strip(), ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    params=GLOBAL_OPTIONS(),
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="\b\nExamples:\n  ibid ingest ~/papers\n  ibid ask 'What limits the cycle life?'\n  ibid demo",
)
@click.pass_context
def cli(context: click.Context) -> None:
    """Ask questions of a folder of documents; get answers cited to the exact place."""
    if context.invoked_subcommand is None:
        from ingest.errors import UsageError

        raise UsageError("no command is given", hint="`ibid --help` lists them")


def main(args: Sequence[str] | None = None) -> int:
    """Runs a command; the exit code."""
    given = list(sys.argv[1:] if args is None else args)
    _prepare_streams()
    try:
        return _run(given)
    except KeyboardInterrupt:
        emit_error("Interrupted", "interrupted", "", as_json="--json" in given)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # whoever read our output has gone: nothing is left to say, and Python must not try at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(given: list[str]) -> int:
    from ingest.errors import IbidError

    as_json = "--json" in given
    try:
        code: Any = cli.main(args=given, prog_name="ibid", standalone_mode=False)
        sys.stdout.flush()
    except click.Abort as error:
        raise KeyboardInterrupt from error
    except click.UsageError as error:
        hint = f"see `{error.ctx.command_path} --help`" if error.ctx else ""
        emit_error("UsageError", error.format_message(), hint, as_json=as_json)
        return EXIT_USAGE
    except click.ClickException as error:
        emit_error("UsageError", error.format_message(), "", as_json=as_json)
        return EXIT_USAGE
    except IbidError as error:
        emit_error(type(error).__name__, error.message, error.hint, as_json=as_json)
        return error.exit_code
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:
        if "-v" in given or "--verbose" in given:
            raise
        message = f"this should not have happened: {type(error).__name__}: {error}"
        emit_error("InternalError", message, "run it again with -v for the details", as_json=as_json)
        return 1
    return code if isinstance(code, int) else 0


def _prepare_streams() -> None:
    """Nothing that a document holds may break the output: what the terminal cannot show is replaced."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
