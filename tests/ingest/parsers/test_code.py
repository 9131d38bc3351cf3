"""Source code: definitions, scopes, lines; the file unchanged."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import UnsupportedError
from ingest.parsers._scopes import Scopes
from ingest.parsers.code import Code

PYTHON = """\
import os

# about A
@final
class A(B):
    x = 1

    def f(self, a):
        if a:
            return 1

        return 2
    async def g(self): ...

def h(): pass
record.append(1)
"""
SCRIPT = """\
/** Doc. */
export class A extends B {
  private n = 1;

  // says hi
  async hi(name: string): Promise<void> {
    if (name) {
      return;
    }

    for (const x of y) { }
  }
}

export const go = async (a) => {
};
"""
SETTINGS = "version: 1\nservices:\n  web:\n    image: x\n\n  db:\n    image: y\nvolumes:\n- name: a\n"


def write(tmp_path: Path, text: str | bytes, name: str) -> Path:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


@pytest.mark.parametrize(
    ("name", "text", "places"),
    [
        (
            "a.py",
            PYTHON,
            [
                ((1, 1), ()),
                ((3, 6), ("A",)),
                ((8, 10), ("A", "f")),
                ((12, 12), ("A", "f")),
                ((13, 13), ("A", "g")),
                ((15, 16), ("h",)),
            ],
        ),
        (
            "a.ts",
            SCRIPT,
            [((1, 3), ("A",)), ((5, 9), ("A", "hi")), ((11, 13), ("A", "hi")), ((15, 16), ("go",))],
        ),
        (
            "a.yaml",
            SETTINGS,
            [
                ((1, 1), ()),
                ((2, 2), ("services",)),
                ((3, 4), ("services", "web")),
                ((6, 7), ("services", "db")),
                ((8, 9), ("volumes",)),
            ],
        ),
    ],
)
def test_a_block_is_headed_by_what_it_stands_in(tmp_path: Path, read, name: str, text: str, places: list) -> None:
    found = read(Code(), write(tmp_path, text, name))
    assert found.text == text
    assert {block.kind for block in found.blocks} == {"code"}
    assert [(block.place.lines, block.place.headings) for block in found.blocks] == places


@pytest.mark.parametrize(
    ("suffix", "line", "name"),
    [
        (".go", "func (s *Server) Run(ctx context.Context) error {", "Run"),
        (".go", "type T struct {", "T"),
        (".rs", "pub(crate) async fn load<T>(x: T) {", "load"),
        (".rs", "impl<T> Foo<T> for Bar {", "Foo<T> for Bar"),
        (".java", "public static int add(int a, List<String> b) throws X {", "add"),
        (".c", "static inline char *name(void) {", "name"),
        (".cpp", "void Foo::bar(int x) const {", "Foo::bar"),
        (".sh", "build() {", "build"),
        (".sql", "CREATE TABLE IF NOT EXISTS app.users (", "app.users"),
        (".sql", "create or replace view v as", "v"),
        (".toml", "[tool.ruff] # x", "tool.ruff"),
        (".rb", "def self.make", "self.make"),
        (".py", "type(x).y", ""),
        (".c", "if (x) {", ""),
        (".java", "return foo(x) {", ""),
        (".js", "} else if (x) {", ""),
        (".sql", "select 1", ""),
        (".tf", "def x", ""),
    ],
)
def test_definitions(suffix: str, line: str, name: str) -> None:
    scopes = Scopes(suffix)
    assert scopes.take(line + "\n") == bool(name)
    assert scopes.path == ((name,) if name else ())


def test_what_is_no_text_is_not_ours(tmp_path: Path, read) -> None:
    with pytest.raises(UnsupportedError, match=r"\.ts, and is no text"):
        read(Code(), write(tmp_path, b"G@\0\x11" * 500, "a.ts"))


LINES = ["", "  ", "def a():", "    x", "  # c", "class B:", "}", "@d", "x" * 30, "\t", "\r", "é"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(LINES), max_size=30))
def test_the_file_unchanged(tmp_path: Path, read, lines: list[str]) -> None:
    text = "\n".join(lines)
    found = read(Code(), write(tmp_path, text, "a.py"))
    assert found.text == text
    for block in found.blocks:
        first, last = block.place.lines
        assert "\n".join(lines[first - 1 : last]).strip() == block.text.strip()
