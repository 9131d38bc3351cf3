"""Messages: MIME by Python's own library, Outlook's by python-oxmsg where the extra `office` is installed."""

import struct
import time
import tracemalloc
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import IngestError, LimitError, UnreadableError
from ingest.ocr.rapidocr import RapidOCR
from ingest.parsers import Aids, Bounds
from ingest.parsers._msg import unpacked
from ingest.parsers.office import Office
from ingest.types import Block, Info, ParseEvent

Folder = Mapping[str, "bytes | Folder"]


def events(file: Path) -> list[ParseEvent]:
    return list(Office().parse(file, Aids(Bounds(), RapidOCR)))


def shown(file: Path) -> list[tuple[str, tuple[str, ...], str]]:
    return [(e.kind, e.place.headings, e.text.strip()) for e in events(file) if isinstance(e, Block)]


def warnings(file: Path) -> list[str]:
    return [warning for e in events(file) if isinstance(e, Info) for warning in e.warnings]


def message(text: str = "Dear all,\n\nit is done.\n", subject: str = "Café") -> EmailMessage:
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = subject, "Ann Lee <ann@example.org>", "bo@example.org, cy@example.org"
    made["Date"] = "Tue, 3 Mar 2026 10:00:00 +0100"
    made.set_content(text)
    return made


def sent(made: EmailMessage, tmp_path: Path) -> Path:
    (tmp_path / "a.eml").write_bytes(made.as_bytes())
    return tmp_path / "a.eml"


HEADERS = "From: Ann Lee <ann@example.org>\nTo: bo@example.org, cy@example.org\nDate: Tue, 03 Mar 2026 10:00:00 +0100"


def test_a_plain_message(tmp_path: Path) -> None:
    file = sent(message(), tmp_path)
    assert shown(file) == [
        ("heading", ("Café",), "Café"),
        ("text", ("Café",), HEADERS),
        ("text", ("Café",), "Dear all,"),
        ("text", ("Café",), "it is done."),
    ]
    assert events(file)[0] == Info(title="Café")


def test_of_alternatives_html_is_read_and_plain_text_where_html_is_empty(tmp_path: Path) -> None:
    made = message("plain words")
    made.add_alternative("<html><title>t</title><h2>Head</h2><p>Rich words</p></html>", subtype="html")
    assert shown(sent(made, tmp_path))[2:] == [
        ("heading", ("Café", "Head"), "Head"),
        ("text", ("Café", "Head"), "Rich words"),
    ]
    made = message("plain words")
    made.add_alternative("  ", subtype="html")
    assert shown(sent(made, tmp_path))[2:] == [("text", ("Café",), "plain words")]


def test_attachments_are_read_by_the_parser_of_their_suffix(tmp_path: Path) -> None:
    made = message()
    made.add_attachment(b"name,born\nAda,1815\n", maintype="text", subtype="csv", filename="people.csv")
    made.add_attachment("# Notes\n\nfirst\n", filename="notes.md")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    made.add_attachment(b"MZ\0\0", maintype="application", subtype="octet-stream", filename="run.exe")
    made.add_attachment(b"{broken", maintype="application", subtype="json", filename="bad.json")
    made.add_attachment(message("inner words", subject="Inner"))
    file = sent(made, tmp_path)
    found = shown(file)
    assert ("heading", ("Café", "notes.md", "Notes"), "# Notes") in found
    assert ("text", ("Café", "Inner"), "inner words") in found
    rows = [e for e in events(file) if isinstance(e, Block) and e.kind == "row"]
    assert [row.text.strip() for row in rows] == ["name: Ada; born: 1815"]
    assert rows[0].place.headings == ("Café", "people.csv")
    assert rows[0].place.rows is None
    said = warnings(file)
    assert any(warning.startswith("'logo.png' in it is not read: ") for warning in said)
    assert "'run.exe' in it is not read: no parser reads such files" in said
    assert any(warning.startswith("'bad.json' in it is not read: ") for warning in said)


LINES = "The meeting is on Friday", "Bring the signed contract", "and the key of room 204"


def test_pictures_of_text_are_read_each_once_and_others_cost_no_engine(
    tmp_path: Path, picture: Callable[..., bytes]
) -> None:
    made = message()
    made.add_attachment(picture(*LINES), maintype="image", subtype="png", filename="scan.png")
    inner = message(subject="Inner")
    inner.add_attachment(picture(*LINES), maintype="image", subtype="png", filename="again.png")
    made.add_attachment(inner)
    texts = {text for _, headings, text in shown(sent(made, tmp_path)) if headings == ("Café", "scan.png")}
    assert texts == set(LINES)
    assert not any("again.png" in headings for _, headings, _ in shown(tmp_path / "a.eml"))

    def unwanted() -> RapidOCR:
        raise AssertionError("no text is in these pictures")

    made = message()
    made.add_attachment(picture("Acme"), maintype="image", subtype="png", filename="logo.png")
    made.add_attachment(picture(), maintype="image", subtype="png", filename="blank.png")
    assert not any(
        isinstance(event, Block) and len(event.place.headings) > 1
        for event in Office().parse(sent(made, tmp_path), Aids(Bounds(), unwanted))
    )


def test_a_picture_shown_within_the_body_is_read(tmp_path: Path, picture: Callable[..., bytes]) -> None:
    made = message()
    made.add_alternative("<p>See <img src='cid:1'></p>", subtype="html")
    made.get_payload()[1].add_related(picture(*LINES), maintype="image", subtype="png", cid="<1>")
    assert (("Café", "picture.png"), LINES[1]) in [(path, text) for _, path, text in shown(sent(made, tmp_path))]


def test_so_many_pictures_are_read(tmp_path: Path, picture: Callable[..., bytes]) -> None:
    made = message()
    for number in range(52):
        made.add_attachment(picture(f"No {number}"), maintype="image", subtype="png", filename=f"{number}.png")
    said = warnings(sent(made, tmp_path))
    assert said == [f"'{number}.png' in it is not read: 50 pictures are" for number in (50, 51)]


def test_messages_are_not_followed_without_end(tmp_path: Path) -> None:
    made = message("deepest")
    for _ in range(12):
        outer = message("around")
        outer.add_attachment(made)
        made = outer
    with pytest.raises(LimitError, match="nested deeper than 8"):
        events(sent(made, tmp_path))


@pytest.mark.parametrize(
    ("head", "body", "read"),
    [
        (b"Content-Type: text/plain; charset=iso-8859-1", b"caf\xe9", "café"),
        (b"Content-Type: text/plain; charset=unknown-8bit", b"caf\xc3\xa9", "café"),
        (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable", b"a=\r\nb=3D", "ab="),
        (b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64", b"Y2Fmw6k=", "café"),
        (b"Content-Type: multipart/mixed; boundary=b", b"--b\r\n\r\nnever ended", "never ended"),
    ],
)
def test_encodings(head: bytes, body: bytes, read: str, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"Subject: s\r\n" + head + b"\r\n\r\n" + body)
    assert shown(tmp_path / "a.eml")[-1][2] == read


BOUNCE = b"""Subject: Undelivered
Content-Type: multipart/report; boundary=b

--b

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; bo@example.org
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2
 mailbox full
--b
Content-Type: %s

Subject: Plan
From: ann@example.org
--b--
"""


def test_a_bounce_says_what_became_of_the_message(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(BOUNCE % b"text/rfc822-headers; name=headers.hdr")
    assert [text for _, _, text in shown(tmp_path / "a.eml")] == [
        "Undelivered",
        "It could not be delivered.",
        "Reporting-MTA: dns; mail.example.org",
        "Final-Recipient: rfc822; bo@example.org\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 mailbox full",
        "Subject: Plan\nFrom: ann@example.org",
    ]
    assert warnings(tmp_path / "a.eml") == []
    (tmp_path / "a.eml").write_bytes(BOUNCE % b"message/rfc822")
    assert shown(tmp_path / "a.eml")[-1] == ("text", ("Undelivered", "Plan"), "From: ann@example.org")


def test_a_report_without_fields_is_read_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"Subject: s\nContent-Type: message/delivery-status\n\nno field at all\n")
    assert shown(tmp_path / "a.eml")[-1][2] == "no field at all"


def test_a_header_without_end_does_not_take_long(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"Subject: s\nTo: " + b"a@example.org, " * 100_000 + b"\n\nwords")
    began = time.monotonic()
    assert shown(tmp_path / "a.eml")[-1][2] == "words"
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "header",
    [
        "Content-Type: text/plain" + ";" * 40_000,
        "Content-Type: " + "(" * 3_000,
        "Content-Disposition: " + "(" * 900 + ")" * 900,
        "Content-Transfer-Encoding: 8bit" + ";a=b" * 10_000,
        'Content-Type: multipart/mixed; boundary="x"' + ";" * 40_000,
    ],
)
def test_a_header_that_nobody_writes_costs_neither_the_body_nor_time(tmp_path: Path, header: str) -> None:
    body = "--x\n\nIt is done.\n--x--\n" if "boundary" in header else "It is done.\n"
    (tmp_path / "a.eml").write_text(f"From: ann@example.org\n{header}\n\n{body}")
    began = time.process_time()
    assert shown(tmp_path / "a.eml")[-1][2] == "It is done."
    assert time.process_time() - began < 3


def test_a_long_name_of_a_file_in_brackets_is_kept(tmp_path: Path) -> None:
    made = message()
    name = "Überblick (1) (a) " + "ü" * 100 + ".txt"
    made.add_attachment("Enclosed.", filename=name)
    assert shown(sent(made, tmp_path))[-1][1][-1] == name


def test_what_is_no_message_is_refused(tmp_path: Path) -> None:
    for data in (b"", b"just text\n", b"\0\1\2" * 100):
        (tmp_path / "a.eml").write_bytes(data)
        with pytest.raises(UnreadableError, match="no message"):
            events(tmp_path / "a.eml")


@given(st.binary(max_size=300))
def test_no_message_is_too_odd_to_be_read(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "odd.eml"
    file.write_bytes(b"Subject: =?utf-8?q?a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + data)
    assert shown(file)


# ---------------------------------------------------------------------- mailboxes


def mailbox(tmp_path: Path, *messages: bytes) -> Path:
    file = tmp_path / "a.mbox"
    line = b"From ann@example.org  Tue Mar  3 10:00:00 2026\n"
    file.write_bytes(b"".join(line + message + b"\n" for message in messages))
    return file


FIRST = b"Subject: First\nFrom: ann@example.org\nDate: Tue, 03 Mar 2026 10:00:00 +0100\n\nA nul \0 in it.\n"
FIRST_HEADING = ("First, ann@example.org, Tue, 03 Mar 2026 10:00:00 +0100",)


def test_each_message_of_a_mailbox_has_a_heading_and_its_lines(tmp_path: Path) -> None:
    file = mailbox(tmp_path, FIRST, b"To: bo@example.org\n\nSecond words.\n")
    assert shown(file) == [
        ("heading", FIRST_HEADING, FIRST_HEADING[0]),
        ("text", FIRST_HEADING, "From: ann@example.org\nDate: Tue, 03 Mar 2026 10:00:00 +0100"),
        ("text", FIRST_HEADING, "A nul  in it."),
        ("heading", ("Message 2",), "Message 2"),
        ("text", ("Message 2",), "To: bo@example.org"),
        ("text", ("Message 2",), "Second words."),
    ]
    assert [e.place.lines for e in events(file) if isinstance(e, Block)] == [(1, 7)] * 3 + [(8, 12)] * 3


def test_a_line_of_a_message_that_begins_with_from_begins_no_message(tmp_path: Path) -> None:
    words = b"\nFrom here on it is easy.\n\nFrom 9:30 on we talk,\nnot before.\n\n>From Bo\n>>From Cy\n"
    assert [text for _, _, text in shown(mailbox(tmp_path, b"Subject: s\n" + words))][1:] == [
        "From here on it is easy.",
        "From 9:30 on we talk,\nnot before.",
        "From Bo",
        "> From Cy",
    ]


def test_a_message_that_cannot_be_read_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = b"Content-Type: multipart/mixed; boundary=b\n" + b"\n--b\n\nx" * 5_010 + b"\n--b--\n"
    large = b"Subject: large\n\n" + b"a line of words\n" * 10_000
    monkeypatch.setattr("ingest.parsers._mbox._LARGEST", 150_000)
    file = mailbox(tmp_path, many, large, FIRST)
    assert shown(file)[0] == ("heading", FIRST_HEADING, FIRST_HEADING[0])
    assert warnings(file) == [
        "message 1 (line 1): not read: it has more than 5000 parts",
        "message 2 (line 15036): not read: it has more than 0 MB",
    ]


def test_warnings_of_a_mailbox_are_told_up_to_fifty(tmp_path: Path) -> None:
    part = b"Subject: s\nContent-Type: application/x-odd\n\nx\n"
    said = warnings(mailbox(tmp_path, *[part] * 60))
    assert len(said) == 51
    assert (
        said[0]
        == "message 1 (line 1): 'a part of type application/x-odd' in it is not read: no parser reads such files"
    )
    assert said[-1] == "and 10 more of its messages' parts are not read"


def test_a_mailbox_is_read_a_message_at_a_time(tmp_path: Path) -> None:
    file = mailbox(tmp_path, *[b"Subject: s\n\n" + b"a line of words\n" * 2_000] * 60)
    assert file.stat().st_size > 1_900_000
    tracemalloc.start()
    for _ in Office().parse(file, Aids(Bounds(), RapidOCR)):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_what_is_no_mailbox_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_bytes(b"Dear all,\n\nFrom 9:30 on we talk.\n")
    with pytest.raises(UnreadableError, match="no mailbox"):
        events(tmp_path / "a.mbox")


# ---------------------------------------------------------------------- Outlook


def property_entry(number: int, kind: int, value: int = 0) -> bytes:
    return struct.pack("<HHIQ", kind, number, 6, value)


def storage(
    strings: dict[int, str], header: int, *, files: Folder | None = None, binary: Mapping[int, bytes] = {}
) -> Folder:
    """The streams that hold the properties of a message, attachment or recipient."""
    found: dict[str, bytes | Folder] = dict(files or {})
    entries = b""
    for number, text in strings.items():
        data = text.encode("utf-16-le")
        found[f"__substg1.0_{number:04X}001F"] = data
        entries += property_entry(number, 0x1F, len(data) + 2)
    for number, data in binary.items():
        found[f"__substg1.0_{number:04X}0102"] = data
        entries += property_entry(number, 0x102, len(data))
    found["__properties_version1.0"] = bytes(header) + entries
    return found


END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(root: Folder) -> bytes:
    """A compound file (MS-CFB, version 3) of streams under 4096 bytes, which lie in its mini stream."""
    entries: list[list[object]] = []  # name, kind, right sibling, child, first sector, size
    mini, mini_chain = bytearray(), list[int]()
    sectors, chain = bytearray(), list[int]()

    def put(data: bytes, into: bytearray, links: list[int], size: int) -> int:
        first, count = len(links), max(1, -(-len(data) // size))
        into += data.ljust(count * size, b"\0")
        links += [*range(first + 1, first + count), END]
        return first

    def add(name: str, content: "bytes | Folder", kind: int) -> int:
        number = len(entries)
        entries.append([name, kind, -1, -1, 0, 0])
        if isinstance(content, bytes):
            assert len(content) < 4096
            entries[number][4:] = [put(content, mini, mini_chain, 64), len(content)]
            return number
        children = [add(key, value, 2 if isinstance(value, bytes) else 1) for key, value in content.items()]
        for child, right in zip(children, [*children[1:], -1], strict=True):
            entries[child][2] = right
        entries[number][3] = children[0] if children else -1
        return number

    add("Root Entry", root, 5)
    entries[0][4:] = [put(bytes(mini), sectors, chain, 512), len(mini)]
    mini_table = put(struct.pack(f"<{len(mini_chain)}I", *mini_chain), sectors, chain, 512)
    directory = b""
    for name, kind, right, child, first, size in entries:
        title = str(name).encode("utf-16-le")
        links = struct.pack("<iii", -1, right, child)
        directory += title.ljust(64, b"\0") + struct.pack("<HBB", len(title) + 2, kind, 1) + links
        directory += bytes(36) + struct.pack("<IQ", first, size)
    start = put(directory, sectors, chain, 512)
    assert len(chain) < 128
    table = struct.pack("<128I", *chain, TABLE, *[FREE] * (127 - len(chain)))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    minis = -(-len(mini_chain) // 128)
    head += struct.pack("<IIIIIIIII", 0, 1, start, 0, 4096, mini_table, minis, END, 0)
    return head + struct.pack("<109I", len(chain), *[FREE] * 108) + sectors + table


def outlook(tmp_path: Path, root: Folder) -> Path:
    pytest.importorskip("oxmsg", reason="the extra office is not installed")
    (tmp_path / "a.msg").write_bytes(compound(root))
    return tmp_path / "a.msg"


SUBJECT, BODY, SENDER, ADDRESS, NAME, FILE = 0x0037, 0x1000, 0x0C1A, 0x0C1F, 0x3001, 0x3707


def test_a_message_of_outlook(tmp_path: Path) -> None:
    recipient = storage({NAME: "Bo", 0x39FE: "bo@example.org"}, 8)
    attached = storage({FILE: "notes.txt"}, 8, binary={0x3701: b"first note\n"})
    inner = storage({SUBJECT: "Inner", BODY: "inner words"}, 24)
    folder = storage({NAME: "Inner"}, 8, files={"__substg1.0_3701000D": inner})
    files = {
        "__recip_version1.0_#00000000": recipient,
        "__attach_version1.0_#00000000": attached,
        "__attach_version1.0_#00000001": folder,
    }
    texts = {SUBJECT: "Plan", BODY: "Dear all,\r\n\r\nit is done.", SENDER: "Ann", ADDRESS: "ann@example.org"}
    file = outlook(tmp_path, storage(texts, 32, files=files))
    assert shown(file) == [
        ("heading", ("Plan",), "Plan"),
        ("text", ("Plan",), 'From: "Ann" <ann@example.org>\nTo: Bo <bo@example.org>'),
        ("text", ("Plan",), "Dear all,"),
        ("text", ("Plan",), "it is done."),
        ("text", ("Plan", "notes.txt"), "first note"),
        ("heading", ("Plan", "Inner"), "Inner"),
        ("text", ("Plan", "Inner"), "inner words"),
    ]


THREAD = """Dear both,

the claim number is NM-77420. They want
photographs within 14 days.

On 05 Mar 2024, Georgina wrote:
> Please ask for two quotations, one from Pennick and one from Dale &
> Sons.
>
> > I have laid a blue tarpaulin over it, weighed down with sandbags which
> > should hold for a week.
> 100 volts: trip
> 200 volts: fuse
>>> import parser
>>> parser.load()
Thanks
"""


def test_a_quoted_line_that_goes_on_with_the_one_before_has_no_marks(tmp_path: Path) -> None:
    file = tmp_path / "thread.eml"
    file.write_bytes(bytes(message(THREAD)))
    assert [text for _, _, text in shown(file)[2:]] == [
        "Dear both,",
        "the claim number is NM-77420. They want\nphotographs within 14 days.",
        "On 05 Mar 2024, Georgina wrote:",
        "> Please ask for two quotations, one from Pennick and one from Dale &\nSons.",
        ">> I have laid a blue tarpaulin over it, weighed down with sandbags which\nshould hold for a week.",
        "> 100 volts: trip\n> 200 volts: fuse",
        ">>> import parser\n>>> parser.load()",
        "Thanks",
    ]


def test_a_message_of_outlook_in_rtf_alone(tmp_path: Path) -> None:
    rtf = rb"{\rtf1\ansi\pard Only in RTF.\par}"
    packed = struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf
    file = outlook(tmp_path, storage({SUBJECT: "Plan"}, 32, binary={0x1009: packed}))
    assert shown(file) == [("heading", ("Plan",), "Plan"), ("text", ("Plan",), "Only in RTF.")]


def test_outlooks_packed_rtf() -> None:
    """The two examples of MS-OXRTFCP, section 4."""
    plain = "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    crossing = "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0"
    assert unpacked(bytes.fromhex(plain)) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpacked(bytes.fromhex(crossing)) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


@given(st.binary(max_size=400))
def test_no_packed_rtf_takes_long(data: bytes) -> None:
    assert len(unpacked(bytes(8) + b"LZFu" + bytes(4) + data)) <= 17 * len(data)


def test_a_damaged_message_of_outlook_is_refused(tmp_path: Path) -> None:
    file = outlook(tmp_path, storage({SUBJECT: "Plan", BODY: "words"}, 32))
    data = file.read_bytes()
    for broken in (b"", b"text", data[:600], data[:1000] + bytes(len(data) - 1000)):
        file.write_bytes(broken)
        with pytest.raises(IngestError, match="no message of Outlook"):
            events(file)
