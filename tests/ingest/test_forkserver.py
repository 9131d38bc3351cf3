"""Workers as forks of a process that has loaded what they need, and as processes of their own: the same comes of it."""

import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from ingest.errors import IngestError
from ingest.forking import ForkedChild
from ingest.loader import Loader, walk
from ingest.process import environment
from ingest.settings import IngestSettings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")

PART = """
import os, sys, threading
from ingest.parsers import Parser
from ingest.types import Block

class Telling(Parser):
    suffixes = (".tell",)

    def parse(self, file, aids):
        text = file.read_text()
        if text == "die":
            print("one of many words\\n" * 3000 + "last words", file=sys.stderr, flush=True)
            os._exit(3)
        if text == "environment":
            text = os.environ.get("COLOUR", "none") + os.environ.get("SOME_TOKEN", "")
        if text == "home":
            text = os.path.expanduser("~")
        if text == "files":
            numbers = sorted(map(int, os.listdir("/proc/self/fd")))[:-1]  # the last is that of the folder
            text = " ".join(os.readlink(f"/proc/self/fd/{number}").partition(":")[0] for number in numbers)
        if text == "same":
            own = os.getsid(0) == os.getpid(), os.environ["TMPDIR"] == os.getcwd()
            text = f"{own} {threading.active_count()} {os.listdir()}"
        yield Block(text)
"""


@pytest.fixture
def parse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Has a text parsed by a worker of its own."""
    package = tmp_path / "modules" / "some_telling"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "part.py").write_text(PART, encoding="utf-8")
    monkeypatch.syspath_prepend(str(package.parent))
    file = tmp_path / "files" / "a.tell"
    file.parent.mkdir()

    def parsed(text: str) -> str:
        file.write_text(text, encoding="utf-8")
        found = walk([file.parent], root=file.parent, home=None).sources
        with Loader(IngestSettings(parsers={"some_telling.part": {}}), workers=1) as loader:
            try:
                (said,) = ["".join(one.text for one in parsing.segments()) for parsing in loader.parse(found)]
            except IngestError as error:
                return str(error)
            return said

    return parsed


@pytest.fixture(params=["forked", "spawned"])
def each_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Either way to make a worker."""
    monkeypatch.setattr("ingest.process._FORKS", request.param == "forked")
    return str(request.param)


def test_either_way_a_worker_is_alone(each_way: str, parse: Callable[[str], str]) -> None:
    assert parse("same") == "(True, True) 2 []"
    assert parse("files") == "pipe pipe pipe pipe"  # its three streams, the first output twice


def test_either_way_it_is_told_how_a_worker_died(each_way: str, parse: Callable[[str], str]) -> None:
    assert parse("die") == "the parser died on it (exit code 3: last words)"


def test_either_way_a_worker_has_the_environment_of_now(
    each_way: str, parse: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLOUR", "blue")
    monkeypatch.setenv("SOME_TOKEN", "secret")
    assert parse("environment") == "blue"
    monkeypatch.setenv("COLOUR", "green")
    assert parse("environment") == "green"
    monkeypatch.delenv("COLOUR")
    assert parse("environment") == "none"


def test_either_way_nothing_is_left_of_a_worker_that_cannot_be_started(
    each_way: str, parse: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PYTHONUTF8", "0")  # no server has this yet
    assert parse("a").startswith("no process to parse it in can be started: ")
    assert list((tmp_path / "temporary").iterdir()) == []


def test_one_server_makes_all_workers(
    parse: Callable[[str], str], servers: Callable[[], list[psutil.Process]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert parse("a") == "a"
    known = set(servers())
    assert parse("b") == "b"
    monkeypatch.setenv("HOME", "/anywhere")
    assert parse("home") == "/anywhere"
    assert set(servers()) <= known  # those of other tests end meanwhile
    monkeypatch.setenv("PYTHONUTF8", "1")  # looked at when a program starts
    assert parse("c") == "c"
    assert len(set(servers()) - known) == 1


def test_a_server_that_was_killed_is_replaced(
    parse: Callable[[str], str], servers: Callable[[], list[psutil.Process]]
) -> None:
    assert parse("a") == "a"
    killed = servers()
    for server in killed:
        server.kill()
    psutil.wait_procs(killed, timeout=10)
    assert parse("b") == "b"
    assert len(servers()) == 1
    assert not set(servers()) & set(killed)


def test_a_worker_ends_with_its_server(tmp_path: Path) -> None:
    child = ForkedChild(environment(str(tmp_path)))
    with child.stdin, child.stdout, child.stderr:
        assert child.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(0.1)
        server = psutil.Process(child.pid).parent()
        assert server is not None
        server.kill()
        assert child.wait(10) == -signal.SIGKILL
        child.kill()  # nobody is there to do it, nor to whom


def test_how_a_worker_ended(tmp_path: Path) -> None:
    first, second = ForkedChild(environment(str(tmp_path))), ForkedChild(environment(str(tmp_path)))
    with first.stdin, first.stdout, first.stderr, second.stdin, second.stdout, second.stderr:
        first.stdin.close()
        assert (first.wait(10), first.poll()) == (0, 0)  # its input ended
        assert second.poll() is None
        second.kill()
        assert (second.wait(10), second.poll()) == (-signal.SIGKILL, -signal.SIGKILL)


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "ingest.py").write_text("raise RuntimeError('no such luck')", encoding="utf-8")
    own = {**environment(str(tmp_path)), "PYTHONPATH": str(tmp_path)}
    with pytest.raises(OSError, match=r"^RuntimeError: no such luck$"):
        ForkedChild(own)


def test_a_server_ends_when_nobody_wants_anything() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    code = "import ingest.forkserver as server; server._IDLE = 0.2; server.main()"
    with ours:
        with theirs:
            command = [sys.executable, "-P", "-c", code, str(theirs.fileno())]
            server = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        assert server.wait(30) == 0
        assert ours.recv(1) == b""


def said(script: str) -> list[str]:
    command = [sys.executable, "-P", "-c", SERVER + script]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.split()


def test_a_server_that_was_started_before_is_asked() -> None:
    started, asked = said(PREPARED)
    assert started == asked


def test_a_server_that_ended_is_no_zombie() -> None:
    assert said(ENDED) == ["[]"]


def test_a_fork_of_this_process_has_a_server_of_its_own() -> None:
    mine, its, again = said(FORK)
    assert mine == again != its


SERVER = """
import os, tempfile, time
import psutil
from ingest.forking import ForkedChild
from ingest.process import environment, prepare

def server():
    with tempfile.TemporaryDirectory() as folder:
        child = ForkedChild(environment(folder))
        print(psutil.Process(child.pid).ppid(), flush=True)
        child.kill()
        child.wait()

"""

PREPARED = """
prepare()
print(*(child.pid for child in psutil.Process().children()), flush=True)
server()
"""

ENDED = """
prepare()
(one,) = psutil.Process().children()
one.kill()
until = time.monotonic() + 20
while psutil.Process().children() and time.monotonic() < until:
    time.sleep(0.05)
print(psutil.Process().children())
"""

FORK = """
server()
if not os.fork():
    server()
    os._exit(0)
os.wait()
server()
"""
