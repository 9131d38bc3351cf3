"""Opening PDFs: passwords in any spelling, files that are none."""

import base64
import zlib
from pathlib import Path

import pypdf
import pytest

from ingest.errors import PasswordError, UnreadableError
from ingest.pdf.opening import open_document

AES_256 = """
c-oCq%Wf1g5WLS<_>v=x?RNVits;eFS3-cYN`MRE;750|DC|U&2?BnS1AhQNLeD0I72&{09@*{gD!aOTus&HmF;Ag8`0?}G_s%G-hVr3XEV_O@4(+zm
s20UwF&R=~ver^#P8pi1CK(4%eX+%GL1zlfPe-)bC1OmWC5|N@c87-@ZQG1&_ZVJ(xhB=G^99{>{qb<Sos{YN7n^pY-YF-EXX^c4DLg7Y&Qrb`F1kAm
HDjOc6}W$Lb^RIL47X#I3fYnL{uQ-Nel~m-TK!b-hS7K9{R}>m9PMv(+(Un>P+*ns`j@o5m@bt?nXi?z$t53bvR%L0Tuq{8e?H}H%VX>MQ?&@1YKp~q
pBu)&4qK&6m7%zXrfM51TJ4Pv(dXQ3Fpjx8&X^0dq+8SuECeoq8Z(kKrIA7B8ddA$a&Odvz4XCUuUjp-#oSm>Q>2(;tYDbXWDB`yUkVXNFWevpb6Ptl
hQ@$}OtS`kO&o0S1tm2#WDgaD<#;uVDVJ;av!mPTa`|Z%u0I*-={0TVq*tmxTAsg!2cf{ulFm&ypFXbC9l*R8|13_IYC)kwH0-rb3;~K2J7S)XZCwb}
Y5?n75(gsdl65H9Jc}b^jT92iLI@1loTVqIy{*+#DLG&hNkid)Rm(;Zj)c*%k0n%>n$aSWwG2r(1!hg-M{$nE$T>79RJAlOP%IQQ3Z+j?r?hYS&m(cC
#UA?MQyvjev3iIZG1P8n`w%k*9>;=x6tmVmiorhKH0I3}jXSTNZ@$v()U#oj6zojhKi~48%>DdCp1}g-y4=8+>;mcpq10GB8N!m##&-BWDe`!h+d6)^
o)rFmJvUPxr=1`%=<eWPdAjO;0jDl6VE
"""
"""An empty page, encrypted by pypdf 7.1 with the user's password "pässwört" and the owner's "besitzer"."""


def encrypted(tmp_path: Path, password: str, *, owner: str | None = None, algorithm: str = "RC4-128") -> Path:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt(password, owner, algorithm=algorithm)
    writer.write(tmp_path / "a.pdf")
    return tmp_path / "a.pdf"


def opens(file: Path, *passwords: str) -> str | None:
    document, password = open_document(file, passwords)
    assert len(document) == 1
    document.close()
    return password


def test_a_file_that_needs_no_password(set_pdf) -> None:
    assert opens(set_pdf([[(72, 100, "text")]]), "not needed") is None


def test_the_right_password_among_others(tmp_path: Path) -> None:
    file = encrypted(tmp_path, "opensesame", owner="boss")
    assert opens(file, "wrong", "opensesame") == "opensesame"
    assert opens(file, "boss") == "boss"


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128"])
@pytest.mark.parametrize("password", ["pässwört", "żółw", "p€ss", "日本"])
def test_letters_beyond_ascii(tmp_path: Path, algorithm: str, password: str) -> None:
    opens(encrypted(tmp_path, password, algorithm=algorithm), password)


@pytest.mark.parametrize("password", ["pässwört", "pa\u0308sswo\u0308rt", "besitzer"])
def test_aes_256(tmp_path: Path, password: str) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(zlib.decompress(base64.b85decode("".join(AES_256.split()))))
    assert opens(file, password) in {"pässwört", "besitzer"}


def test_the_standard_composes_characters_before_it_encrypts(tmp_path: Path) -> None:
    assert opens(encrypted(tmp_path, "ABC1"), "ＡＢＣ①") == "ABC1"


def test_bytes_of_another_encoding_on_the_command_line(tmp_path: Path) -> None:
    typed = "pässwört".encode("latin-1").decode("utf-8", "surrogateescape")
    opens(encrypted(tmp_path, "pässwört"), typed)


def test_no_password_and_a_wrong_one(tmp_path: Path) -> None:
    file = encrypted(tmp_path, "opensesame")
    with pytest.raises(PasswordError, match="is encrypted") as none:
        open_document(file, ())
    assert "--password" in none.value.hint
    with pytest.raises(PasswordError, match="no given password"):
        open_document(file, ("wrong", "fälsch", "\ud800"))


def test_no_pdf(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n" + b"\0" * 100)
    with pytest.raises(UnreadableError, match="no PDF that can be read"):
        open_document(tmp_path / "a.pdf", ())
    with pytest.raises(FileNotFoundError):
        open_document(tmp_path / "b.pdf", ())


def test_no_pages(tmp_path: Path) -> None:
    pypdf.PdfWriter().write(tmp_path / "a.pdf")
    with pytest.raises(UnreadableError):
        open_document(tmp_path / "a.pdf", ())


def test_the_form_is_ready(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.root_object[pypdf.generic.NameObject("/AcroForm")] = pypdf.generic.DictionaryObject(
        {pypdf.generic.NameObject("/Fields"): pypdf.generic.ArrayObject()}
    )
    writer.write(tmp_path / "a.pdf")
    document, _ = open_document(tmp_path / "a.pdf", ())
    assert (document.formenv is not None) == (document.get_formtype() != 0)
    document.close()
