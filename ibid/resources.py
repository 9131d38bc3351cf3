"""The files that ibid brings with it: found beside the packages in a checkout, inside `ibid/_data` in the wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent


def configs() -> Path:
    """The folder of the default settings and presets."""
    return _folder("configs", _CHECKOUT / "configs")


def samples() -> Path:
    """The folder of the samples: `docs/` and `questions.jsonl`."""
    return _folder("samples", _CHECKOUT / "data" / "samples")


def presets() -> dict[str, Path]:
    """The presets of `--config` by name."""
    folder = configs()
    return {file.stem: file for file in sorted([*folder.glob("*.yaml"), *folder.glob("presets/*.yaml")])}


def _folder(name: str, in_checkout: Path) -> Path:
    packaged = _PACKAGE / "_data" / name
    return packaged if packaged.is_dir() else in_checkout
