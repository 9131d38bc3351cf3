"""Subtitles: a cue is a block."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.parsers.subtitles import Subtitles


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "a.srt"
    file.write_bytes(text.encode())
    return file


FIRST = "1\n00:00:27,074 --> 00:00:30,566\nWhat I mean\n\n"
SECOND = "2\n00:00:30,610 --> 00:00:34,102\nis this.\n2\n"


def test_a_cue_is_a_block_with_its_number(tmp_path: Path, read) -> None:
    third = "3\n00:00:35,000 --> 00:00:36,000\n- Yes?\n\n- No.\n"
    found = read(Subtitles(), write(tmp_path, FIRST + SECOND + third))
    assert found.texts == [FIRST, SECOND, third]
    assert [(block.kind, block.place.lines) for block in found.blocks] == [
        ("record", (1, 3)),
        ("record", (5, 8)),
        ("record", (9, 13)),
    ]


@pytest.mark.parametrize(
    "cues",
    [
        ["WEBVTT\nKind: captions\n\n", "00:07.000 --> 00:11.890 align:start\none\n\n", "00:12.000 --> 00:13.000\ntwo"],
        ["\ufeffWEBVTT\r\n\r\n", "intro\r\n00:07.000 --> 00:11.890\r\none\r\n\r\n", "00:12.000 --> 00:13.000\r\ntwo"],
        [
            "00:07.000 --> 00:11.890\nno blank line\n",
            "00:12.000 --> 00:13.000\ntwo\n",
            "8\n1:00:12,0 --> 1:00:13,0\nthree",
        ],
    ],
)
def test_other_ways_to_write_them(tmp_path: Path, read, cues: list[str]) -> None:
    assert read(Subtitles(), write(tmp_path, "".join(cues))).texts == [cues[0].lstrip("\ufeff"), *cues[1:]]


def test_markup_is_left_out_and_who_speaks_is_told(tmp_path: Path, read) -> None:
    head, times = "WEBVTT\n\n", "00:07.000 --> 00:11.890\n"
    said = "<v.loud Ines Ortiz>Morning. I am <i>off</i> on <c.day>Thursday</c> <00:09.500>and Friday.</v>\n"
    found = read(Subtitles(), write(tmp_path, f"{head}{times}{said}"))
    assert found.texts == [head, f"{times}Ines Ortiz: Morning. I am off on Thursday and Friday.\n"]
    plain = f"{times}a < b and c > d, <vivid> and <b\n"
    assert read(Subtitles(), write(tmp_path, plain)).texts == [plain]
    assert read(Subtitles(), write(tmp_path, "no cue: <i>is</i>\n")).texts == ["no cue: <i>is</i>\n"]


def test_what_has_no_cues_comes_in_pieces(tmp_path: Path, read) -> None:
    found = read(Subtitles(), write(tmp_path, "a line of words\n" * 5_000))
    assert len(found.blocks) > 2
    assert {block.kind for block in found.blocks} == {"text"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["1\n", "\n", "words\r\n", "00:01.000 --> 00:02.000\n", " "]), max_size=20))
def test_the_file_unchanged(tmp_path: Path, read, parts: list[str]) -> None:
    text = "".join(parts)
    assert read(Subtitles(), write(tmp_path, text)).text == text
