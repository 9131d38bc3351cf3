"""Mails: what frames them answers only what is asked of that."""

import pytest

from qa.likeness import forms
from qa.mails import framing
from qa.packing import pack
from qa.providers import Request
from qa.providers.extractive import ExtractiveProvider

MAIL = (
    "Re: Crane hire for the harbour works\n\n"
    "From: Marta Lindqvist <marta@northquay.example>\n"
    "To: Jonas Weber <jonas@halden.example>\n"
    "Date: Tue, 12 Mar 2024 09:14:00 +0100\n\n"
    "Dear Jonas,\n\n"
    "we can hire out the crane from 2 April. The daily rate is 1,450 euros.\n\n"
    "Kind regards,\nMarta Lindqvist\n+46 31 555 0102\n"
)


def answer(hit, embed, question: str) -> str:
    provider = ExtractiveProvider(threshold=1)  # what comes first is looked at
    sources = pack([hit(MAIL, path="offer.eml")], budget=2000, count=provider.count)
    return "".join(delta.text for delta in provider.stream(Request(question, sources, (), 500, embed)))


@pytest.mark.parametrize(
    ("text", "kind", "question", "worth"),
    [
        ("From: Jonas Weber <jonas@halden.example>", "other", "What does Jonas want?", -0.3),
        ("From: Jonas Weber <jonas@halden.example>", "name", "Who wrote about the crane?", 0.45),
        ("To: Jonas Weber <jonas@halden.example>", "name", "Who wrote about the crane?", 0),
        ("Date: Tue, 12 Mar 2024 09:14:00 +0100", "phone", "What is the phone number?", -0.3),
        ("Date: Tue, 12 Mar 2024 09:14:00 +0100", "time", "When was the offer sent?", 0.45),
        ("Date: Tue, 12 Mar 2024 09:14:00 +0100", "time", "When is the crane here?", -0.3),
        ("> Cc: ops@northquay.example", "other", "Which crane is it?", -0.3),
        ("Re: Crane hire for the harbour works", "name", "Who lifts the crane?", -0.3),
        ("Dear Jonas,", "name", "Who asks for the crane?", -0.3),
        ("Thank you for your letter about the crane.", "other", "What of the crane?", -0.3),
        ("Thank you for your help, it is mended.", "other", "Is it mended?", 0),
        ("Marta Lindqvist, 14 October 2024.", "other", "Whom can Marta ask?", -0.3),
        ("Signed: Marta Lindqvist, 17 October 2024", "time", "When was the crane here?", -0.3),
        ("Signed: Marta Lindqvist, 17 October 2024", "time", "When did Marta sign the lease?", 0),
        ("Hi Marta", "name", "Who asks for the crane?", -0.3),
        ("Kind regards,", "other", "How are they?", -0.3),
        ("Many thanks!", "other", "How are they?", -0.3),
        ("Hi there is a crane. It is blue.", "other", "What is blue?", 0),
        ("> Noor Haddad", "name", "Who calibrates it?", -0.3),
        ("> the oven", "name", "Who calibrates it?", 0),
        ("Noor Haddad", "name", "Who calibrates it?", 0),
        ("On Mon, 18 Mar 2024 at 21:02, Rory Finch wrote:", "time", "When is Rory away?", -0.3),
        ("> Hi Lena,", "name", "Who receives the oven?", -0.3),
        ("Hire is best", "other", "What is best?", 0),
        ("From: Bergen to: Oslo\nby train", "other", "How?", 0),
        ("The date: Tuesday", "time", "When?", 0),
    ],
)
def test_what_frames_a_mail_is_worth(text: str, kind, question: str, worth: float) -> None:
    assert framing(text, kind, forms(question)) == worth


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What is Marta's phone number?", "+46 31 555 0102 [1]"),
        ("When was the offer sent?", "Date: Tue, 12 Mar 2024 09:14:00 +0100 [1]"),
        ("From when can the crane be hired?", "we can hire out the crane from 2 April. [1]"),
    ],
)
def test_what_is_answered_from_a_mail(hit, embed, question: str, first: str) -> None:
    assert answer(hit, embed, question).splitlines()[0] == first


def test_who_wrote_is_who_it_is_from(hit, embed) -> None:
    assert "From: Marta Lindqvist" in answer(hit, embed, "Who wrote the offer for the crane?").splitlines()[0]


def test_a_new_mail_comes_before_what_it_quotes(hit, embed) -> None:
    text = (
        "Fine with me. The oven arrives on 26 March.\n\nJide\n\nOn 4 March Lena wrote:\n"
        "> Hi Jide,\n>\n> The oven arrives on 19 March.\n"
    )
    provider = ExtractiveProvider(threshold=1)
    sources = pack([hit(text, path="thread.eml")], budget=2000, count=provider.count)
    request = Request("When does the oven arrive?", sources, (), 500, embed)
    lines = "".join(delta.text for delta in provider.stream(request)).splitlines()
    assert lines == ["The oven arrives on 26 March. [1]", "The oven arrives on 19 March. [2]"]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What about the water in the cellar?", "there was water in the cellar on Saturday night."),
        ("Which mail is about the water in the cellar?", "Water in the cellar"),
    ],
)
def test_a_subject_alone_answers_only_what_is_asked_of_a_mail(hit, embed, question: str, first: str) -> None:
    mail = MAIL.replace("Re: Crane hire for the harbour works", "Water in the cellar")
    mail = mail.replace("we can hire out the crane from 2 April.", "there was water in the cellar on Saturday night.")
    provider = ExtractiveProvider(threshold=0)
    sources = pack([hit(mail, path="flood.eml")], budget=2000, count=provider.count)
    told = "".join(one.text for one in provider.stream(Request(question, sources, (), 500, embed)))
    assert told.startswith(first)
