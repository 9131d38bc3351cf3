"""The words of RTF that name characters, encodings and where a group's text goes (specification 1.9.1)."""

from __future__ import annotations

import codecs

CHARACTERS = {
    "tab": "\t",
    "line": "\n",
    "lbr": "\n",
    "softline": "\n",
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "emspace": "\u2003",
    "enspace": "\u2002",
    "qmspace": "\u2005",
    "column": "\n",
}
KEPT = {
    "footnote": "note",
    "annotation": "comment",
    "shptxt": "box",
    "dptxbxtext": "box",
    "listtext": "label",
    "pntext": "label",
    "title": "title",
    "header": "margin",
    "headerl": "margin",
    "headerr": "margin",
    "headerf": "margin",
    "footer": "margin",
    "footerl": "margin",
    "footerr": "margin",
    "footerf": "margin",
    "result": "text",
    "fldrslt": "",
    "field": "",
}
"""Destinations that hold text, and the kind of sink it goes to; "" goes on as before."""
_SKIPPED = """
aftncn aftnsep aftnsepc atnauthor atndate atnicn atnid atnparent atnref atntime atrfend atrfstart author bkmkend
bkmkstart blipuid buptim category colorschememapping colortbl comment company creatim datafield datastore defchp
defpap do doccomm docvar dptxbx factoidname falt fchars ffdeftext ffentrymcr ffexitmcr ffformat ffhelptext ffl
ffname ffstattext file filetbl fldinst fldtype fname fontemb fontfile formfield ftncn ftnsep ftnsepc g generator
gridtbl hlfr hlinkbase hlloc hlsrc hsv htmltag info keycode keywords latentstyles lchars levelnumbers leveltext
lfolevel linkval list listlevel listname listoverride listoverridetable listpicture liststylename listtable
lsdlockedexcept macc mailmerge manager mhtmltag mmathpr nesttableprops nextfile nonesttables nonshppict objalias
objclass objdata object objname objsect objtime oldcprops oldpprops oldsprops oldtprops oleclsid operator panose
password passwordhash pgp pgptbl picprop pict pn pnseclvl pntxta pntxtb printim private propname protend
protstart protusertbl pxe revtbl revtim rsidtbl rxe shp shpgrp shpinst shppict shprslt shptop sn sp staticval
stylesheet subject sv svb tc template themedata ts txe ud upr userprops wgrffmtfilter windowcaption
writereservation writereservhash xe xform xmlattrname xmlattrvalue xmlclose xmlname xmlnstbl xmlopen
"""
SKIPPED = frozenset(_SKIPPED.split())
_CHARSETS = {
    0: "cp1252",
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gb18030",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}


def codec_of_page(number: int | None) -> str:
    """Python's name of a Windows code page; cp1252 where there is none."""
    for name in (f"cp{number}", {10000: "mac_roman", 65001: "utf-8", 54936: "gb18030"}.get(number or 0, "cp1252")):
        try:
            return codecs.lookup(name).name
        except LookupError:
            continue
    return "cp1252"


def codec_of_charset(number: int | None) -> str:
    """Python's name of the encoding of a font's character set; "" where the document's own holds."""
    return _CHARSETS.get(number or 0, "")
