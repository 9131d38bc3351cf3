"""A memory of what was read, bounded by its size: what was not used for the longest time goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """Values by keys; of any number of threads.

    Args:
        most: the sum of the sizes that is held; a single value may be larger.
        size: of a value.
    """

    def __init__(self, most: int, size: Callable[[V], int]) -> None:
        self._most = most
        self._size = size
        self._values: OrderedDict[K, V] = OrderedDict()
        self._held = 0
        self._moving = threading.Lock()

    def get(self, key: K) -> V | None:
        """What is remembered of a key."""
        with self._moving:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: K, value: V) -> V:
        """Remembers a value, which is that of every thread that found none."""
        with self._moving:
            if key not in self._values:
                self._values[key] = value
                self._held += self._size(value)
                while self._held > self._most and len(self._values) > 1:
                    self._held -= self._size(self._values.popitem(last=False)[1])
        return value
