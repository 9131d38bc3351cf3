"""XML that strangers wrote, as a tree: no entity is ever expanded, nothing outside is fetched."""

from __future__ import annotations

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ingest.errors import UnreadableError

_DEEPEST = 2_000


def parse_xml(data: bytes, name: str) -> Element:
    """The root element; tags and attributes in a namespace are written `{namespace}name`.

    Raises:
        UnreadableError: it is not well-formed, declares entities (honest office files never do), or is nested absurdly.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise UnreadableError(f"its part {name!r} is nested too deeply")
        builder.start(_named(tag), {_named(key): value for key, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_named(tag))

    def entity(*_: object) -> None:
        raise UnreadableError(f"its part {name!r} declares entities, which is refused")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(data, True)  # noqa: FBT003  # expat's own signature
    except expat.ExpatError as error:
        raise UnreadableError(f"its part {name!r} is no XML that can be read: {error}") from error
    return builder.close()


def _named(name: str) -> str:
    return "{" + name if "}" in name else name
