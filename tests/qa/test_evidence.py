"""Evidence: what of a question a unit says."""

import pytest

from qa.cues import asked
from qa.evidence import Heard, Judge
from qa.likeness import Likeness, forms


def judge(question: str, **like: dict[str, float]) -> Judge:
    terms = tuple(forms(question))
    return Judge(asked(question), terms, Likeness({term: {term: 1.0} | like.get(term, {}) for term in terms}))


def heard(*own: str, near: str = "", far: str = "") -> Heard:
    return Heard(frozenset(own), frozenset(near.split()), frozenset(far.split()))


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (heard("avocet"), 0.0),
        (heard("avocet", "colour"), 1.0),
        (heard("colour"), 1.0),
        (heard("avocet", near="colour"), 0.9),
        (heard("avocet", far="colour"), 0.5),
        (heard("avocet", "paint"), 0.6),
        (heard("avocet", "light"), 0.0),  # hardly like it
    ],
)
def test_what_of_a_question_is_said_but_for_names(there: Heard, said: float) -> None:
    asks = judge("Which colour has the Avocet?", colour={"paint": 0.6, "light": 0.4})
    assert asks.matter(there, fits=True) == pytest.approx(said)


def test_of_a_question_of_names_alone_they_count() -> None:
    asks = judge("Who is Lorne Whitby?")
    assert asks.matter(heard("lorn", "whitb"), fits=True) == 1.0
    assert asks.matter(heard("lorn"), fits=True) == 0.5
