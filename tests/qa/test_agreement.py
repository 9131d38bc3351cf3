"""Agreement: what several documents say alike."""

import pytest

from qa.agreement import Told, agreement

SNIPPETS = (
    Told("a.txt", "Facebook bought Instagram in 2012.", 1.5),
    Told("b.txt", "Instagram was acquired by Facebook.", 1.4),
    Told("c.txt", "Some say that Google wanted Instagram.", 1.2),
)


def test_what_more_documents_say_counts_more() -> None:
    agreed = agreement(SNIPPETS, "name", {"instagram"})
    assert agreed.best(SNIPPETS[0].text) == agreed.most > 0
    assert agreed.best(SNIPPETS[2].text) == 0
    assert agreement(SNIPPETS[:2], "name", {"instagram"}).most == pytest.approx(agreed.most)


def test_a_document_agrees_with_no_one_by_saying_it_twice() -> None:
    twice = [Told("a.txt", "Facebook bought it.", 1.0), Told("a.txt", "It was Facebook.", 1.0)]
    assert agreement(twice, "name", set()).most == 0


def test_only_what_is_asked_for_is_agreed_on() -> None:
    assert agreement(SNIPPETS, "time", set()).most == 0  # one document alone has a year
    assert agreement(SNIPPETS, "name", {"instagram", "facebook"}).most == 0  # the question's own words


def test_weak_units_and_none_agree_on_nothing() -> None:
    weak = [SNIPPETS[0], Told("b.txt", "Facebook is a company.", 0.2)]
    assert agreement(weak, "name", set()).most == 0
    assert agreement((), "name", set()).most == 0
    assert agreement([Told("a", "Anna", 0.0), Told("b", "Anna", -1.0)], "name", set()).most == 0
