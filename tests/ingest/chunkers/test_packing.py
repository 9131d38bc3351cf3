"""Units gathered into chunks."""

from dataclasses import dataclass

import pytest

from ingest.chunkers._packing import pack
from ingest.spans import Level, Units
from ingest.tokens import Measure, Tokenizer
from ingest.types import Span


@dataclass(frozen=True)
class Free:
    """The same room everywhere, but where it is said otherwise."""

    tokens: int
    at: tuple[tuple[int, int], ...] = ()

    @property
    def least(self) -> int:
        return min(self.tokens, *(tokens for _, tokens in self.at), self.tokens)

    def __call__(self, start: int, /) -> int:
        return dict(self.at).get(start, self.tokens)


def packed(text: str, units: list[tuple[int, Level]], tokenizer: Tokenizer, room: Free) -> list[str]:
    made = Units([end for end, _ in units], [level for _, level in units])
    return [text[span.start : span.end] for span in pack(made, Measure(text, tokenizer), room)]


TEXT = "a b c d e f g h i j"


def units_of_words(*levels: tuple[int, Level]) -> list[tuple[int, Level]]:
    """Each word of TEXT a unit; after the words numbered, other levels."""
    given = dict(levels)
    return [(min(2 * word, 19), given.get(word, Level.SENTENCE)) for word in range(1, 11)]


def test_as_many_as_there_is_room_for(words: Tokenizer) -> None:
    assert packed(TEXT, units_of_words(), words, Free(4)) == ["a b c d", "e f g h", "i j"]


def test_the_room_is_that_where_the_chunk_starts(words: Tokenizer) -> None:
    assert packed(TEXT, units_of_words(), words, Free(4, ((0, 2), (4, 3)))) == ["a b", "c d e", "f g h i", "j"]


@pytest.mark.parametrize(
    ("level", "word", "first"),
    [
        (Level.PAGE_SECTION, 3, "a b c"),
        (Level.PAGE_SECTION, 2, "a b c d e f g h"),
        (Level.SECTION, 4, "a b c d"),
        (Level.SECTION, 3, "a b c d e f g h"),
        (Level.BLOCK, 6, "a b c d e f"),
        (Level.BLOCK, 5, "a b c d e f g h"),
        (Level.BORDER, 1, "a"),
    ],
)
def test_a_better_place_is_taken_where_the_chunk_is_filled_to_its_share(
    words: Tokenizer, level: Level, word: int, first: str
) -> None:
    """Room for 8: half of it for a section's end, three quarters for a block's."""
    assert packed(TEXT, units_of_words((word, level)), words, Free(8))[0] == first


def test_what_is_to_be_kept_with_the_next_is(words: Tokenizer) -> None:
    assert packed(TEXT, units_of_words((4, Level.KEEP), (3, Level.KEEP)), words, Free(4))[0] == "a b"
    assert packed(TEXT, units_of_words(*((n, Level.KEEP) for n in range(1, 5))), words, Free(4))[0] == "a b c d"


def test_what_is_left_is_one_chunk_up_to_the_border(words: Tokenizer) -> None:
    """No better place is looked for where all fits."""
    units = units_of_words((5, Level.SECTION), (8, Level.BORDER))
    assert packed(TEXT, units, words, Free(8)) == ["a b c d e f g h", "i j"]


def test_white_space_is_no_unit_and_hands_its_border_on(words: Tokenizer) -> None:
    units = [(2, Level.SENTENCE), (5, Level.BORDER), (7, Level.SENTENCE)]
    assert packed("a    b ", units, words, Free(4)) == ["a", "b"]
    assert packed("   ", [(3, Level.BORDER)], words, Free(4)) == []
    assert pack(Units([], []), Measure("", words), Free(4)) == []


def test_a_unit_that_is_too_large_is_cut_and_its_rest_gathered(words: Tokenizer) -> None:
    units = [(14, Level.SENTENCE), (19, Level.SENTENCE)]
    assert packed(TEXT, units, words, Free(5)) == ["a b c d e", "f g h i j"]


def test_families_are_not_torn(byte_pairs: Tokenizer) -> None:
    family = "👩‍👩‍👧‍👦"
    text = family * 20
    found = packed(text, [(len(text), Level.BORDER)], byte_pairs, Free(60))
    assert "".join(found) == text
    assert all(piece == family * (len(piece) // len(family)) for piece in found)


@pytest.mark.parametrize(
    "text",
    [
        "0123456789abcdef" * 300,
        "漢字仮名交" * 200,
        "🙂" * 600,
        "שלום עולם. " * 200,
        "Same again. " * 400,
        "a, b; " * 500,
    ],
)
def test_chunks_are_filled(tokenizer: Tokenizer, text: str) -> None:
    """To the half at least, the last aside: of a word without end, 100 characters are a piece."""
    measure = Measure(text, tokenizer)
    spans: list[Span] = pack(Units([len(text)], [Level.BORDER]), measure, Free(60))
    assert all(measure.size(span.start, span.end) >= 30 for span in spans[:-1])


def test_a_record_that_does_not_fit_is_cut_at_its_members(words: Tokenizer) -> None:
    record = "name: the first one. It is long.\nnote: two of them. And more\nend: here it is"
    found = packed(record, [(len(record), Level.BLOCK)], words, Free(8))
    assert found == record.split("\n")
