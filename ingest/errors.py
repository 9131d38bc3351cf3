"""The exceptions of ibid: one base, a class for each thing a caller can act on, each with its exit code.

IbidError (1)
├── ConfigurationError (2)      unknown setting, wrong type, unknown component, extra not installed
├── UsageError (2)              a path that is not there, a citation that leads nowhere
├── IngestError (1)             one file cannot be read
│   ├── UnsupportedError        no parser for it (skipped, not failed)
│   ├── EmptyError              valid but without content (skipped, not failed)
│   ├── UnreadableError         broken, truncated, not what its suffix says, no permission
│   ├── PasswordError           encrypted, and no (right) password given
│   └── LimitError              over a limit of time, memory, pages, pixels or size
├── RetrievalError (1)          the index cannot do it
│   ├── NothingIndexedError (4) no such collection, or nothing in it
│   ├── MismatchError (2)       the collection was built with another embedder; a newer schema
│   ├── LockedError (1)         another process is writing
│   └── StoreError (1)          the vector store failed
└── AnswerError (1)
├── ProviderError (1)       an endpoint refused or answered nonsense; `transient` where trying again may help
└── BudgetError (3)         a budget stopped it
"""

from __future__ import annotations


class IbidError(Exception):
    """What ibid raises: `message` says what failed and which, `hint` what to do next."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigurationError(IbidError):
    """A setting is wrong: unknown, of the wrong type, out of range, or names something that is not there."""

    exit_code = 2


class UsageError(IbidError):
    """The command or call was wrong."""

    exit_code = 2


class IngestError(IbidError):
    """One file cannot be read; the others are not touched."""


class UnsupportedError(IngestError):
    """No parser reads this kind of file."""


class EmptyError(IngestError):
    """The file is valid and holds nothing."""


class UnreadableError(IngestError):
    """The file is broken, or not what its suffix says, or may not be opened."""


class PasswordError(IngestError):
    """The file is encrypted and no right password was given."""


class LimitError(IngestError):
    """The file is over a limit: seconds, memory, pages, pixels or unpacked size."""


class RetrievalError(IbidError):
    """The index cannot do what was asked."""


class NothingIndexedError(RetrievalError):
    """There is no such collection, or nothing in it."""

    exit_code = 4


class MismatchError(RetrievalError):
    """The collection was built with other settings, or by a newer ibid."""

    exit_code = 2


class LockedError(RetrievalError):
    """Another process is writing to this home."""


class StoreError(RetrievalError):
    """The vector store failed."""


class AnswerError(IbidError):
    """No answer could be made."""


class ProviderError(AnswerError):
    """A model's endpoint refused, failed or answered nonsense."""

    def __init__(self, message: str, *, hint: str = "", transient: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.transient = transient


class BudgetError(AnswerError):
    """A budget of tokens or money stopped the call before it was made."""

    exit_code = 3
