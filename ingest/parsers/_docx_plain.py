"""A Word document changed in memory so that all its text stands in plain paragraphs of the body."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ingest.parsers._ooxml import parts_of
from ingest.parsers._unstructured import module

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_GONE = [_W + name for name in ("del", "moveFrom", "lastRenderedPageBreak", "sdtPr", "sdtEndPr", "fldData")]
"""What is not there for a reader; where Word last broke a page would tear paragraphs apart."""
_WRAPPERS = {
    _W + name for name in ("ins", "moveTo", "smartTag", "customXml", "sdt", "sdtContent", "fldSimple", "dir", "bdo")
}
_NOTES = ("footnote", "endnote", "comment")
_BODY_LEVEL = 9
_DEEPEST_STYLE = 20


@dataclass
class Plain:
    """Changes a document of python-docx; unstructured then finds what it would pass over."""

    document: Any
    _notes: int = 0
    _styles: dict[str, str] = field(default_factory=dict)

    def make(self) -> None:
        """Changes the body and its styles."""
        body = self.document.element.body
        for chosen in list(body.iter(_MC + "AlternateContent")):
            _choose(chosen)
        for gone in [element for name in _GONE for element in body.iter(name)]:
            _remove(gone)
        for wrapper in [element for element in body.iter() if element.tag in _WRAPPERS]:
            _unwrap(wrapper)
        for formula in list(body.iter(_M + "oMath")):
            _write_formula(formula)
        for ruby in list(body.iter(_W + "ruby")):
            _write_ruby(ruby)
        for box in list(body.iter(_W + "txbxContent")):
            _hoist(box)
        for paragraph in list(body.iter(_W + "p")):
            self._append_notes(paragraph)
        for style in self.document.styles.element.iter(_W + "style"):
            self._name_heading(style)
        for paragraph in body.iter(_W + "p"):
            self._style_heading(paragraph)

    @cached_property
    def _kept(self) -> dict[str, dict[str, Any]]:
        """Notes and comments by their kind and number."""
        part = self.document.part
        return {
            item: {note.get(_W + "id"): note for root in parts_of(part, f"{item}s") for note in root.iter(_W + item)}
            for item in _NOTES
        }

    def _append_notes(self, paragraph: Any) -> None:
        """Puts the notes and comments of a paragraph behind it; a note's reference gets a number."""
        after = paragraph
        for reference in [found for item in _NOTES for found in paragraph.iter(f"{_W}{item}Reference")]:
            item = reference.tag.removeprefix(_W).removesuffix("Reference")
            note = self._kept[item].get(reference.get(_W + "id"))
            texts = [] if note is None else [text for p in note.iter(_W + "p") if (text := _text_of(p).strip())]
            if not texts:
                continue
            mark = self._mark(item, note, reference)
            for made in map(_paragraph, [f"{mark} {texts[0]}", *texts[1:]]):
                after.addnext(made)
                after = made

    def _mark(self, item: str, note: Any, reference: Any) -> str:
        """What a note or comment begins with; a note's number stands where it is referred to."""
        if item == "comment":
            author = note.get(_W + "author")
            return f"[Comment by {author}]" if author else "[Comment]"
        self._notes += 1
        reference.getparent().replace(reference, _text(f"[{self._notes}]"))
        return f"[{self._notes}]"

    def _name_heading(self, style: Any) -> None:
        """A style with an outline level is called what unstructured knows as a heading."""
        name = style.find(_W + "name")
        level = self._level(style)
        if name is None or level is None or _is_heading(name.get(_W + "val", "")):
            return
        name.set(_W + "val", f"heading {level + 1}")

    def _level(self, style: Any) -> int | None:
        """The outline level, 0 to 8, of the style or of what it is based on."""
        for _ in range(_DEEPEST_STYLE):
            level = _outline_level(style)
            if level is not None:
                return level if level < _BODY_LEVEL else None
            based: Any = style.find(_W + "basedOn")
            style = None if based is None else self._by_id.get(based.get(_W + "val"))
            if style is None:
                return None
        return None

    @cached_property
    def _by_id(self) -> dict[str, Any]:
        return {style.get(_W + "styleId"): style for style in self.document.styles.element.iter(_W + "style")}

    def _style_heading(self, paragraph: Any) -> None:
        """A paragraph with an outline level of its own gets a style of that name, based on its own style."""
        level = _outline_level(paragraph)
        if level is None or level >= _BODY_LEVEL:
            return
        properties = paragraph.find(_W + "pPr")
        own = properties.find(_W + "pStyle")
        based = None if own is None else own.get(_W + "val")
        style = self._by_id.get(based or "")
        if style is not None and _is_heading(style.find(_W + "name").get(_W + "val", "")):
            return
        properties.get_or_add_pStyle().set(_W + "val", self._made_style(level, based))

    def _made_style(self, level: int, based: str | None) -> str:
        made = f"ibid{level}{based or ''}"
        if made not in self._styles:
            style = _element("style", type="paragraph", styleId=made)
            style.append(_element("name", val=f"heading {level + 1}"))
            if based is not None:
                style.append(_element("basedOn", val=based))
            self.document.styles.element.append(style)
            self._styles[made] = made
        return made


def _is_heading(name: str) -> bool:
    return name.lower().startswith("heading ") or name in ("Title", "Subtitle", "title", "subtitle")


def _outline_level(element: Any) -> int | None:
    """The outline level that a paragraph or style states itself."""
    found = element.find(f"{_W}pPr/{_W}outlineLvl")
    value = "" if found is None else found.get(_W + "val", "")
    return int(value) if value.isdecimal() and len(value) == 1 else None


def _choose(alternatives: Any) -> None:
    """Keeps of `mc:AlternateContent` the one choice that holds text."""
    options = list(alternatives)
    with_text = [option for option in options if next(option.iter(_W + "t"), None) is not None]
    kept = (with_text or options)[:1]
    for option in kept:
        for child in list(option):
            alternatives.addprevious(child)
    _remove(alternatives)


def _hoist(box: Any) -> None:
    """Moves a text box's paragraphs and tables behind the paragraph that it hangs on."""
    anchor = next((above for above in box.iterancestors(_W + "p")), None)
    if anchor is None:
        return
    for child in reversed([child for child in box if child.tag in (_W + "p", _W + "tbl")]):
        anchor.addnext(child)
    _remove(box)


def _write_formula(formula: Any) -> None:
    """Puts a formula's characters, one after the other, in its place: python-docx knows no formulas."""
    characters = "".join(found.text or "" for found in formula.iter(_M + "t"))
    run = _element("r")
    run.append(_text(characters))
    formula.addprevious(run)
    above = formula.getparent()
    above.remove(formula)
    if above.tag == _M + "oMathPara":
        above.addprevious(run)


def _write_ruby(ruby: Any) -> None:
    """Puts characters that carry a reading aid where python-docx looks for them, the aid left out."""
    run = ruby.getparent()
    for child in [child for base in ruby.iter(_W + "rubyBase") for child in base]:
        run.addprevious(child)
    run.remove(ruby)


def _remove(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: Any) -> None:
    """Puts an element's children in its place."""
    if element.getparent() is None:
        return
    for child in list(element):
        if child.tag != _W + "rPr":
            element.addprevious(child)
    _remove(element)


def _element(name: str, **values: str) -> Any:
    made = module("docx.oxml", ".docx").OxmlElement(f"w:{name}")
    for key, value in values.items():
        made.set(_W + key, value)
    return made


def _text(text: str) -> Any:
    made = _element("t")
    made.text = text
    return made


def _paragraph(text: str) -> Any:
    made = _element("p")
    run = _element("r")
    run.append(_text(text))
    made.append(run)
    return made


def _text_of(paragraph: Any) -> str:
    """The text of a paragraph in another part."""
    marks = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n"}
    return "".join(
        (found.text or "") if found.tag == _W + "t" else marks.get(found.tag, "") for found in paragraph.iter()
    )
