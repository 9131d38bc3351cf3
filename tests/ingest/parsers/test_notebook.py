"""Notebooks: cells in order, what they printed, no base64."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import UnreadableError
from ingest.parsers.notebook import Notebook


def write(tmp_path: Path, notebook: object) -> Path:
    file = tmp_path / "a.ipynb"
    file.write_text(json.dumps(notebook, indent=1))
    return file


def code(*outputs: object) -> dict[str, object]:
    return {"cell_type": "code", "source": ["x = 1\n", "x"], "outputs": list(outputs)}


def cells(found) -> list[tuple[str, tuple[str, ...], str]]:
    return [(b.kind, b.place.headings, b.text) for b in found.blocks]


def test_headings_of_markdown_stand_above_the_cells_that_follow(tmp_path: Path, read) -> None:
    markdown = {"cell_type": "markdown", "source": ["# *Title*\n", "\n", "Words.\n", "## Part"]}
    raw = {"cell_type": "raw", "source": "as it is"}
    found = read(Notebook(), write(tmp_path, {"metadata": {}, "cells": [markdown, code(), raw]}))
    assert cells(found) == [
        ("heading", ("Title",), "# *Title*\n\n"),
        ("text", ("Title",), "Words.\n"),
        ("heading", ("Title", "Part"), "## Part\n\n"),
        ("code", ("Title", "Part"), "x = 1\nx\n\n"),
        ("text", ("Title", "Part"), "as it is\n\n"),
    ]
    assert found.title == "Title"
    lines = (tmp_path / "a.ipynb").read_text().split("\n")
    first, last = found.blocks[3].place.lines
    assert json.loads("\n".join(lines[first - 1 : last]).rstrip(",")) == code()


def result(**forms: object) -> dict[str, object]:
    return {"output_type": "execute_result", "data": {name.replace("_", "/"): form for name, form in forms.items()}}


@pytest.mark.parametrize(
    ("output", "texts"),
    [
        ({"output_type": "stream", "text": ["one\n", "\x1b[31mtwo\x1b[0m\n"]}, ["one\ntwo\n\n"]),
        ({"output_type": "stream", "text": " 10%\r 99%\r100%\r\ndone"}, ["100%\ndone\n\n"]),
        ({"output_type": "error", "ename": "KeyError", "evalue": "'a'", "traceback": ["x"]}, ["KeyError: 'a'\n\n"]),
        (result(text_plain=["   a\n", "0  1"], text_html="<table></table>"), ["a\n0  1\n\n"]),
        (result(text_html="<p>rich</p>"), ["rich"]),
        (result(text_markdown="**bold**", text_plain="<Markdown object>"), ["**bold**\n\n"]),
    ],
)
def test_what_a_cell_printed(tmp_path: Path, read, output: object, texts: list[str]) -> None:
    found = read(Notebook(), write(tmp_path, {"cells": [code(output)]}))
    assert [text.rstrip() for text in found.texts[1:]] == [text.rstrip() for text in texts]


def test_pictures_are_no_base64(tmp_path: Path, read, picture: Callable[..., bytes]) -> None:
    drawn = base64.b64encode(picture("The meeting is on Friday", "Bring the contract", "and the key")).decode()
    shown = result(image_png=drawn, text_plain="<Figure size 640x480 with 1 Axes>")
    vector = {"output_type": "display_data", "data": {"image/svg+xml": "<svg/>"}}
    attached = {"cell_type": "markdown", "source": f"See ![](data:image/png;base64,{drawn})", "attachments": {}}
    found = read(Notebook(), write(tmp_path, {"cells": [code(shown, vector), attached]}))
    assert found.texts[0] == "x = 1\nx\n\n"
    assert "The meeting is on Friday" in found.text
    assert found.blocks[1].place.headings == ("cell 0.png",)
    assert found.texts[-1] == "See ![]()\n\n"
    assert "Figure" not in found.text
    assert found.warnings == ["2 pictures in it are not read"]


def test_the_older_format(tmp_path: Path, read) -> None:
    old = [
        {"cell_type": "heading", "level": 2, "source": "Head"},
        {"cell_type": "code", "input": "1", "outputs": [{"output_type": "pyout", "text": ["one"]}]},
        {"cell_type": "code", "input": "2", "outputs": [{"output_type": "pyerr", "ename": "E", "evalue": "two"}]},
    ]
    found = read(Notebook(), write(tmp_path, {"nbformat": 3, "worksheets": [{"cells": old}]}))
    assert found.texts == ["## Head\n\n", "1\n\n", "one\n\n", "2\n\n", "E: two\n\n"]
    assert found.blocks[2].place.headings == ("Head",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"cells": [\n{"source": }]}', "line 2, column 12"),
        ("[1]", "it has no cells"),
        ('{"a": 1}', "it has no cells"),
        ('{"cells": 5}', "it has no cells"),
        ('{"cells": null, "worksheets": {}}', "it has no cells"),
        ('{"cells": ' + "[" * 5_000 + "]" * 5_000 + "}", "nested"),
    ],
)
def test_what_is_no_notebook_is_refused(tmp_path: Path, read, text: str, said: str) -> None:
    (tmp_path / "a.ipynb").write_text(text)
    with pytest.raises(UnreadableError, match=said):
        read(Notebook(), tmp_path / "a.ipynb")


def test_odd_cells_are_passed_over(tmp_path: Path, read) -> None:
    odd = [
        1,
        None,
        [],
        {},
        {"cell_type": "code", "outputs": 3, "source": [None]},
        {"source": "kept"},
        code(1, {"data": []}),
    ]
    assert read(Notebook(), write(tmp_path, {"cells": odd})).texts == ["kept\n\n", "x = 1\nx\n\n"]
