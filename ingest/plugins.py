"""Components: parts that are chosen by name in the settings, one file each.

A component is a frozen pydantic model: its fields are its options, its methods the work. Its name is its module's
name in the role's folder; a dotted name reaches a module outside the tree.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from ingest.errors import ConfigurationError


class Component(BaseModel):
    """A part with options: frozen, and unknown options are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def component_name(self) -> str:
        """The name that chooses this part in the settings."""
        role, _, name = type(self).__module__.rpartition(".")
        return name if role in ROLES else type(self).__module__


ROLES = (
    "ingest.parsers",
    "ingest.ocr",
    "ingest.chunkers",
    "retrieval.embedders",
    "retrieval.stores",
    "retrieval.rerankers",
    "qa.providers",
    "qa.captioners",
)

C = TypeVar("C", bound=Component)


@cache
def names(role: str) -> tuple[str, ...]:
    """The names of the parts in a role's folder, sorted."""
    package = importlib.import_module(role)
    found = (module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(sorted(name for name in found if not name.startswith("_")))


def find(role: str, base: type[C], name: str) -> type[C]:
    """The class of the part called `name` in `role` (a package's dotted name).

    A dotted `name` is a module outside the tree; whether it may be loaded is decided where the settings are read.

    Raises:
        ConfigurationError: there is no such part, or its module defines none.
    """
    module_name = name if "." in name else f"{role}.{name}"
    if "." not in name and name not in names(role):
        raise ConfigurationError(
            f"no {role.rpartition('.')[2]} part is named {name!r}", hint=f"known here: {', '.join(names(role))}"
        )
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise ConfigurationError(f"the part {name!r} cannot be imported: {error}") from error
    own = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, base) and value.__module__ == module.__name__
    ]
    if len(own) != 1:
        raise ConfigurationError(f"the module {module_name!r} defines {len(own)} parts of {role!r}, not one")
    return own[0]
