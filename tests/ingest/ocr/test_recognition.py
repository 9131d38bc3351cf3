"""The network's marks put together to text."""

import numpy as np
import pytest

from ingest.ocr._recognition import NOTHING, read_marks

LETTERS = ["", "A", "B", "3", ".", "&", "中", " "]
NONE = 0
SPACE = 7


def marks(steps: list[dict[int, float]]) -> np.ndarray:
    """A row a step: how likely each letter is, the rest for none."""
    rows = np.zeros((len(steps), len(LETTERS)), np.float32)
    for row, step in zip(rows, steps, strict=True):
        row[NONE] = 1 - sum(step.values())
        for letter, likely in step.items():
            row[letter] = likely
    return rows


def test_repeated_marks_are_one_letter_unless_none_lies_between() -> None:
    assert read_marks(marks([{1: 0.9}, {1: 0.9}, {}, {1: 0.9}, {2: 0.8}]), LETTERS).text == "AAB"


def test_confidence_is_the_mean_over_the_letters() -> None:
    assert read_marks(marks([{1: 0.9}, {}, {2: 0.7}]), LETTERS).confidence == pytest.approx(0.8)


@pytest.mark.parametrize(("likely", "text"), [(0.9, "A B"), (0.06, "A B"), (0.04, "AB")])
def test_a_space_that_the_network_was_not_sure_of(likely: float, text: str) -> None:
    assert read_marks(marks([{1: 0.9}, {SPACE: likely}, {2: 0.9}]), LETTERS).text == text


def test_no_doubtful_space_within_a_number() -> None:
    assert read_marks(marks([{3: 0.9}, {SPACE: 0.2}, {4: 0.9}, {SPACE: 0.2}, {3: 0.9}]), LETTERS).text == "3.3"


def test_a_clear_space_within_a_number_stays() -> None:
    assert read_marks(marks([{3: 0.9}, {4: 0.9}, {SPACE: 0.9}, {3: 0.9}]), LETTERS).text == "3. 3"


def test_wide_forms_between_latin_letters_are_ascii() -> None:
    letters = [*LETTERS[:5], "＆", *LETTERS[6:]]
    assert read_marks(marks([{1: 0.9}, {5: 0.9}, {2: 0.9}]), letters).text == "A&B"
    assert read_marks(marks([{6: 0.9}, {5: 0.9}, {6: 0.9}]), letters).text == "中＆中"


def test_nothing() -> None:
    assert read_marks(marks([{}, {}]), LETTERS) == NOTHING
