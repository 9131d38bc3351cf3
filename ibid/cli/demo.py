"""`ibid demo`."""

from __future__ import annotations

import click

from ibid.cli.common import GlobalCommand, examples, options_of, quieten


@click.command(
    cls=GlobalCommand,
    name="demo",
    short_help="Try it on the samples; nothing is kept.",
    epilog=examples("ibid demo", "ibid demo --json"),
)
def command() -> int:
    """Ingest the samples into a temporary home and ask one question per format. Nothing is kept."""
    from ibid.demo import run

    quieten()
    return run(options_of())
