"""`ibid config`."""

from __future__ import annotations

import json

import click

from ibid.cli.common import GlobalCommand, emit, examples, load_settings, one_line, options_of, quieten, say


@click.command(
    cls=GlobalCommand,
    name="config",
    short_help="Show the settings, and where from.",
    epilog=examples(
        "ibid config",
        "ibid config --collection reports",
        "ibid config --config fast.yaml --json",
        "ibid config --set retrieval.search.top_k=5",
    ),
)
def command() -> int:
    """Show the settings in force, and where each came from."""
    from ibid.layers import leaves

    quieten()
    home, loaded = load_settings()
    shown, origins = loaded.shown(), loaded.origins()
    if options_of().json:
        emit({"home": str(home.folder), "files": list(loaded.files), "settings": shown, "origins": origins})
        return 0
    say(f"home: {one_line(str(home.folder))}")
    say(f"collection: {one_line(options_of().collection)}")
    for file in loaded.files:
        say(f"file: {one_line(file)}")
    rows = [(key, one_line(json.dumps(value, ensure_ascii=False))) for key, value in leaves(shown)]
    width = max(len(key) for key, _ in rows)
    for key, value in rows:
        origin = origins[key]
        say(f"{key:{width}}  {value}" + ("" if origin == "built-in" else f"   ({one_line(origin)})"))
    return 0
