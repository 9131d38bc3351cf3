"""What all commands share: the global options, the library they open, the way they print."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ibid.home import Home
    from ibid.library import Library
    from ibid.settings import Loaded

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Codes that would move the cursor, colour, or turn text around in a terminal."""
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_COPIES = 2
"""Places where the same stands, on a terminal."""


@dataclass
class Options:
    """The global options, whether they stood before the command or after it."""

    home: str | None = None
    config: str | None = None
    sets: list[tuple[str, str, str]] = field(default_factory=list)
    collection: str = "default"
    json: bool = False
    quiet: bool = False
    verbose: int = 0


def options_of() -> Options:
    """The options of the command that runs."""
    context = click.get_current_context(silent=True)
    return context.find_root().ensure_object(Options) if context else Options()


def _keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Notes an option's value; what was not given changes nothing."""
    options = context.find_root().ensure_object(Options)
    if parameter.name == "sets":
        options.sets += [_assignment(context, parameter, text) for text in value]
    elif parameter.name == "verbose":
        options.verbose += value
    elif value:
        setattr(options, str(parameter.name), value)


def _assignment(context: click.Context, parameter: click.Parameter, text: str) -> tuple[str, str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise click.BadParameter(f"{text!r} is not of the form a.b.c=value", context, parameter)
    return key.strip(), value, f"--set {key.strip()}"


def _version(context: click.Context, parameter: click.Parameter, value: bool) -> None:  # noqa: ARG001
    if value:
        from importlib.metadata import version

        click.echo(f"ibid {version('ibid-qa')}")
        context.exit()


def GLOBAL_OPTIONS() -> list[click.Parameter]:  # noqa: N802  # a constant, but click binds parameters to one command
    """The options that every command takes."""
    common: dict[str, Any] = {"expose_value": False, "callback": _keep}
    return [
        click.Option(["--home"], metavar="DIR", help="Where everything is stored.", **common),
        click.Option(["--config"], metavar="FILE|PRESET", help="A settings file, or a preset's name.", **common),
        click.Option(["--set", "sets"], metavar="A.B.C=VALUE", multiple=True, help="One setting (YAML).", **common),
        click.Option(["--collection"], metavar="NAME", help="A named set of documents.", **common),
        click.Option(["--json"], is_flag=True, help="One JSON object on stdout.", **common),
        click.Option(["-q", "--quiet"], is_flag=True, help="No progress, no remarks.", **common),
        click.Option(["-v", "--verbose"], count=True, help="Say more.", **common),
        click.Option(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
        ),
    ]


class GlobalCommand(click.Command):
    """A command that also takes the global options."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += GLOBAL_OPTIONS()

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The command's own options; the global ones in a section of their own."""
        everywhere = {parameter.name for parameter in GLOBAL_OPTIONS()}
        own: list[tuple[str, str]] = []
        shared: list[tuple[str, str]] = []
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record is not None:
                (shared if parameter.name in everywhere else own).append(record)
        with formatter.section("Options"):
            formatter.write_dl(own)
        with formatter.section("Options of every command"):
            formatter.write_dl(shared)


def examples(*lines: str) -> str:
    """The examples at the end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def load_settings(*sets: tuple[str, str, str]) -> tuple[Home, Loaded]:
    """The home and the settings of this call; `sets` are nearer than the user's own `--set`."""
    from ibid.home import find_home
    from ibid.settings import load

    options = options_of()
    home = find_home(options.home)
    return home, load(home, config=options.config, collection=options.collection, options=options.sets, command=sets)


def open_library(*sets: tuple[str, str, str]) -> Library:
    """The library of this call; `sets` are nearer than the user's own `--set`."""
    from ibid.library import Library

    quieten()
    home, loaded = load_settings(*sets)
    return Library(home, loaded, collection=options_of().collection, warn=remark)


def quieten() -> None:
    """What libraries log and warn of is for `-v`."""
    import logging
    import warnings

    if not options_of().verbose:
        logging.basicConfig(level=logging.CRITICAL)
        warnings.simplefilter("ignore")
    else:
        logging.basicConfig(level=logging.DEBUG if options_of().verbose > 1 else logging.INFO)


def remark(text: str) -> None:
    """A warning on stderr."""
    if not options_of().quiet:
        click.echo(click.style("warning: ", fg="yellow") + one_line(text), err=True)


def clean(text: str) -> str:
    """Text of a document made harmless for a terminal: control codes replaced, lines and tabs kept."""
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """The same on a single line."""
    return " ".join(clean(text).split())


def shortened(text: str, most: int) -> str:
    """A text, its end left out where it has more characters."""
    return text if len(text) <= most else text[:most].rstrip() + " …"


def elsewhere(citations: Sequence[str]) -> str:
    """Some places, of many the first ones, and how many more there are at least."""
    from retrieval.types import MOST_COPIES

    told, more = [clean(one) for one in citations[:_COPIES]], len(citations[_COPIES:])
    if not more:
        return " and ".join(told)
    return f"{', '.join(told)} and {more} {'or more' if len(citations) >= MOST_COPIES else 'more'}"


def counted(number: int, noun: str) -> str:
    """`1 document`, `2 documents`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def emit(shape: dict[str, Any]) -> None:
    """One JSON object on stdout."""
    text = json.dumps(shape, ensure_ascii=not (sys.stdout.encoding or "").lower().startswith("utf"))
    click.echo(_UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def say(text: str = "") -> None:
    """A line of results; text of documents must have gone through `clean`."""
    click.echo(text)


def emit_error(kind: str, message: str, hint: str, *, as_json: bool) -> None:
    """An error: an object on stdout with `--json`, else one line on stderr."""
    if as_json:
        emit({"error": {"type": kind, "message": message, "hint": hint}})
        sys.stdout.flush()
        return
    line = one_line(message) + (f" ({one_line(hint)})" if hint else "")
    click.echo(click.style("ibid: ", fg="red") + line, err=True)
