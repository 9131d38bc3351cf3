"""What a model behind an endpoint costs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ingest.plugins import Component


class Priced(Component):
    """A part whose calls cost money by their tokens, where both prices are set."""

    input_price: Annotated[float, Field(ge=0)] | None = None
    """Money for a million tokens of input."""
    output_price: Annotated[float, Field(ge=0)] | None = None
    """Money for a million tokens of output."""

    def price(self, input_tokens: int, output_tokens: int) -> float | None:
        """What a call cost; None unless both prices are set."""
        if self.input_price is None or self.output_price is None:
            return None
        return (input_tokens * self.input_price + output_tokens * self.output_price) / 1e6
