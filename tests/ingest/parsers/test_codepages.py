"""Texts in encodings of their time, without a word of which."""

from pathlib import Path

import pytest

from ingest.parsers._decoding import encoding_of, open_text

TEXTS = {
    "Zażółć gęślą jaźń. Wczoraj wieczorem poszliśmy do kina, żeby obejrzeć film o żołnierzach.": [
        "cp1250",
        "iso8859-2",
    ],
    "Příliš žluťoučký kůň úpěl ďábelské ódy. Včera večer jsme šli do kina.": ["cp1250"],
    "Árvíztűrő tükörfúrógép. Tegnap este moziba mentünk, hogy megnézzük az új filmet.": ["cp1250", "iso8859-2"],
    "Pijamalı hasta yağız şoföre çabucak güvendi. Dün akşam sinemaya gittik.": ["cp1254"],
    "Die Größe der Straße überrascht die Bürger in München. Äpfel und Öl kosten mehr.": [
        "cp850",
        "mac_roman",
        "cp1252",
    ],
    "L’été dernier, nous étions à la plage où le garçon était déjà arrivé. Ça coûte 5 €.": ["cp1252", "mac_roman"],
    "¿Qué pasó en España? El niño comió 5 kg de piñas, según él; «más», dijo.": ["cp1252", "cp850"],
    "Þetta er íslenskur texti með ýmsum stöfum: ð, þ, æ og ö eru þar á meðal.": ["cp1252"],
    "Não há razões para isso; as opiniões são más e a situação é ruim.": ["cp1252"],
    "Õun ja öö, täna õhtul läheme külla; põder sõi õunu.": ["cp1252"],
    "På ön fanns två björnar – och en älg. Smørrebrød på Ærø.": ["cp1252"],
    "Привет, мир! Москва является столицей России и крупнейшим городом.": ["cp866", "koi8-r", "cp1251", "utf-16-le"],
    "東京は日本の首都であり、昨日の夜、映画を見に行きました。": ["euc_jp", "iso2022_jp", "shift_jis", "utf-16-be"],
}


@pytest.mark.parametrize(("text", "name"), [(text, name) for text, names in TEXTS.items() for name in names])
def test_the_encoding_of_a_paragraph_is_told(tmp_path: Path, text: str, name: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes((text + "\n").encode(name))
    with open_text(file, encoding_of(file)) as handle:
        assert handle.read() == text + "\n"
