"""Questions to cited answers, over a real index."""

import json
import os
import signal
import threading

import pytest

from ingest.citations import parse_citation
from ingest.errors import BudgetError, ProviderError, UsageError
from qa.answering import Answerer
from qa.conversations import Conversations
from qa.prompts import load, system_prompt
from qa.providers.extractive import ExtractiveProvider
from qa.providers.openai import OpenAIProvider
from qa.settings import Budget
from qa.tokens import count_tokens
from qa.types import Usage


def model(endpoint, **options) -> OpenAIProvider:
    return OpenAIProvider(model="m", base_url=endpoint.url, max_retries=0, **options)


class TestExtractive:
    def test_of_whom_no_document_tells_it_is_unsure(self, library) -> None:
        answerer = library.answerer(ExtractiveProvider())
        known, unknown = (answerer.ask(f"How many shops has the manager {name}?") for name in ("Dahl", "Brandvold"))
        assert "7" in known.text
        assert unknown.unsure
        assert not known.unsure
        assert known.support - unknown.support > 0.3

    def test_the_answer_is_cited_to_its_exact_place(self, library) -> None:
        pieces: list[str] = []
        answer = library.answerer(ExtractiveProvider()).ask("How long is the new bridge?", stream=pieces.append)
        first = answer.citations[0]
        assert "120 m long" in first.quote
        assert first.path == "bridge.md"
        assert first.place.headings == ("The Glomma bridge", "History")
        assert answer.text.startswith(f"{' '.join(first.quote.split())} [{first.marker}]")
        assert "".join(pieces) == answer.text
        assert not answer.abstained
        assert answer.unresolved == ()
        assert (answer.provider, answer.model, answer.cost) == ("extractive", "extractive", 0.0)
        assert answer.usage.input_tokens == answer.usage.output_tokens == 0
        assert 20 < answer.usage.context_tokens <= 700
        assert 0 < answer.seconds.retrieve < answer.seconds.first_token <= answer.seconds.total

    @pytest.mark.parametrize("question", ["How long is the new bridge?", "Who manages the shops in Bergen?"])
    def test_quotes_are_slices_and_citations_lead_to_them(self, library, question: str) -> None:
        answer = library.answerer(ExtractiveProvider()).ask(question)
        assert answer.citations
        for citation in answer.citations:
            assert library.index.text(citation.path, citation.span) == citation.quote
            path, span = library.index.locate(parse_citation(citation.citation))
            assert path == citation.path
            assert library.index.text(path, span).strip() == citation.quote

    def test_a_row_is_cited_as_a_row(self, library) -> None:
        answer = library.answerer(ExtractiveProvider()).ask("Who is the manager of the shops in Bergen?")
        assert answer.citations[0].citation == "shops.csv#rows=2"
        assert "Ola Dahl" in answer.citations[0].quote

    def test_it_abstains(self, library) -> None:
        answer = library.answerer(ExtractiveProvider()).ask("What is the boiling point of mercury?")
        assert answer.abstained
        assert answer.text == "The documents do not say."
        assert answer.citations == ()
        assert answer.hits

    def test_a_follow_up_is_searched_with_what_it_leans_on(self, library) -> None:
        answerer = library.answerer(ExtractiveProvider())
        first = answerer.ask("How many shops are there in Oslo?")
        second = answerer.ask("And in Bergen?", conversation=first.conversation)
        assert second.question == "And in Bergen?"
        assert "city: Bergen; shops: 7" in second.citations[0].quote
        assert second.conversation == first.conversation
        turns = Conversations(library.database).turns(first.conversation)
        assert [turn.question for turn in turns] == ["How many shops are there in Oslo?", "And in Bergen?"]
        assert turns[1].answer.citations == second.citations

    def test_files_limit_the_search(self, library) -> None:
        answer = library.answerer(ExtractiveProvider()).ask("How long is the new bridge?", files=["shops.csv"])
        assert {hit.path for hit in answer.hits} == {"shops.csv"}

    @pytest.mark.parametrize("question", ["", "  \n"])
    def test_an_empty_question_is_wrong_usage(self, library, question: str) -> None:
        with pytest.raises(UsageError, match="question is empty"):
            library.answerer(ExtractiveProvider()).ask(question)

    def test_an_unknown_conversation_is_wrong_usage(self, library) -> None:
        with pytest.raises(UsageError, match="no conversation 'nope'") as caught:
            library.answerer(ExtractiveProvider()).ask("Why?", conversation="nope")
        assert caught.value.exit_code == 2

    def test_broken_characters_in_a_question_do_no_harm(self, library) -> None:
        answer = library.answerer(ExtractiveProvider()).ask("How long is the new bridge\udcff\x00?")
        assert answer.question == "How long is the new bridge\ufffd\ufffd?"
        assert "120 m" in answer.text

    def test_where_a_question_in_another_language_is_not_answered_that_is_said(self, library) -> None:
        answerer = library.answerer(ExtractiveProvider())
        (warning,) = answerer.ask("Wer hat die Telefonanlage von Sansibar im Jahr erfunden?").warnings
        assert "not to be in English" in warning
        assert answerer.ask("Who invented the telephone exchange of Zanzibar?").warnings == ()


class TestGenerated:
    def test_the_answer_streams_and_its_markers_are_resolved(self, library, endpoint, reply) -> None:
        endpoint.replies = [reply(["It is 120 m ", "long [1]", " and old [7]."])]
        pieces: list[str] = []
        provider = model(endpoint, input_price=1, output_price=10)
        answer = library.answerer(provider).ask("How long is the new bridge?", stream=pieces.append)
        assert pieces == ["It is 120 m ", "long [1]", " and old [7]."]
        assert answer.text == "It is 120 m long [1] and old [7]."
        assert [citation.marker for citation in answer.citations] == [1]
        assert answer.citations[0].quote.startswith("The new bridge is 120 m long")
        assert library.index.text("bridge.md", answer.citations[0].span) == answer.citations[0].quote
        assert answer.unresolved == (7,)
        assert (answer.usage.input_tokens, answer.usage.output_tokens) == (321, 7)
        assert answer.cost == pytest.approx((321 + 70) / 1e6)
        used = list(Conversations(library.database).usage())
        assert [(one.conversation, one.usage, one.cost) for one in used] == [
            (answer.conversation, answer.usage, answer.cost)
        ]

    def test_only_what_fits_the_budget_is_sent(self, library, endpoint, reply) -> None:
        endpoint.replies = [reply(["Yes [1]."])]
        answer = library.answerer(model(endpoint), context_tokens=60).ask("How long is the new bridge?")
        sent = endpoint.bodies[0]["messages"][-1]["content"]
        assert sent.count("<source>") == 1
        assert answer.usage.context_tokens <= 60
        assert len(answer.hits) > 1

    def test_history_is_sent_within_its_budget(self, library, endpoint, reply) -> None:
        endpoint.replies = [reply(["It is 120 m long [1]. " * 8])]
        answerer = library.answerer(model(endpoint), history_tokens=120)
        first = answerer.ask("How long is the new bridge?")
        answerer.ask("Who opened it?", conversation=first.conversation)
        answerer.ask("And when?", conversation=first.conversation)
        roles = [[message["role"] for message in body["messages"]] for body in endpoint.bodies]
        assert roles[0] == ["system", "user"]
        assert roles[1] == roles[2] == ["system", "user", "assistant", "user"]
        assert endpoint.bodies[2]["messages"][1]["content"] == "Who opened it?"
        assert endpoint.bodies[2]["messages"][-1]["content"].endswith("Question: And when?")

    def test_a_generated_abstention_is_known(self, library, endpoint, reply) -> None:
        endpoint.replies = [reply(["The sources do not mention the boiling point."])]
        answer = library.answerer(model(endpoint)).ask("What is the boiling point of mercury?")
        assert answer.abstained
        assert answer.citations == ()

    def test_where_nothing_speaks_for_an_answer_no_model_is_asked(self, library, endpoint, reply) -> None:
        question = "Who invented the telephone exchange of Zanzibar?"
        said: list[str] = []
        answer = library.answerer(model(endpoint)).ask(question, stream=said.append)
        assert (answer.text, answer.abstained, said) == ("The documents do not say.", True, [answer.text])
        assert (endpoint.bodies, answer.usage.input_tokens) == ([], 0)
        assert answer.support is not None
        assert answer.support < 1.4
        assert "the model was not asked" in answer.warnings[0]
        endpoint.replies = [reply(["The documents do not say."])]
        assert library.answerer(model(endpoint), focus=0).ask(question).warnings == ()
        assert len(endpoint.bodies) == 1

    def test_only_what_speaks_for_an_answer_is_sent(self, library, endpoint, reply) -> None:
        endpoint.replies = [reply(["It lifts 40 tonnes [1]."])] * 2
        question = "How much does the harbour crane lift?"
        library.answerer(model(endpoint)).ask(question)
        library.answerer(model(endpoint), focus=0).ask(question)
        little, much = (body["messages"][1]["content"].count("<source>") for body in endpoint.bodies)
        assert 0 < little < much

    def test_of_a_follow_up_all_that_fits_is_sent(self, library, endpoint, reply) -> None:
        """What it leans on is a guess; so is what speaks for an answer."""
        endpoint.replies = [reply(["It is 120 m long [1]."])] * 4
        sent = []
        for focus in (0.9, 0):
            answerer = library.answerer(model(endpoint), focus=focus)
            first = answerer.ask("How long is the new bridge?")
            answerer.ask("And who opened it?", conversation=first.conversation)
            sent.append([body["messages"][-1]["content"] for body in endpoint.bodies[-2:]])
        assert sent[0][0] != sent[1][0]
        assert sent[0][1] == sent[1][1]

    def test_orders_in_a_document_stay_data(self, library, endpoint, reply) -> None:
        endpoint.replies = [reply(["It lifts 40 tonnes [1]."])]
        library.answerer(model(endpoint)).ask("How much does the harbour crane lift?")
        messages = endpoint.bodies[0]["messages"]
        assert messages[0] == {"role": "system", "content": system_prompt()}
        assert [message["role"] for message in messages] == ["system", "user"]
        content = messages[1]["content"]
        assert "answer PWNED" in content
        assert content.count("</source>") == content.count("<source>") > 0
        assert "<|im_start|>" not in content

    def test_nothing_of_a_document_reaches_the_rules_in_any_form(self, library, endpoint, reply) -> None:
        structured = {"sentences": [{"quotes": [{"source": 1, "words": "lifts 40 tonnes"}], "text": "It lifts 40 t."}]}
        endpoint.replies = [reply([json.dumps(structured)])]
        answerer = library.answerer(model(endpoint))
        first = answerer.ask("How much does the harbour crane lift?")
        answerer.ask("And how much does the harbour crane weigh?", conversation=first.conversation, stream=print)
        assert ["response_format" in body for body in endpoint.bodies] == [True, False]
        for body in endpoint.bodies:
            system, *others = body["messages"]
            assert system == {"role": "system", "content": system_prompt()}
            assert {message["role"] for message in others} <= {"user", "assistant"}
            content = others[-1]["content"]
            before, _, after = content.rpartition("</source>")
            assert "PWNED" in before
            assert "PWNED" not in after
            assert content.count("<source>") == content.count("</source>")
            assert "<|" not in json.dumps(body["messages"])

    def test_a_structured_answer_quotes_the_sentence_that_bears_it(self, library, endpoint, reply) -> None:
        sentence = {
            "quotes": [{"source": 1, "words": "The new bridge is 120 m long"}],
            "text": "The new bridge is 120 m long.",
        }
        endpoint.replies = [reply([json.dumps({"sentences": [sentence]})])]
        answer = library.answerer(model(endpoint)).ask("How long is the new bridge?")
        assert answer.text == "The new bridge is 120 m long [1]."
        assert [citation.quote for citation in answer.citations] == [
            "The new bridge is 120 m long and was opened in 2003 by Anna Lind, the mayor of Moss."
        ]
        assert (answer.unsupported, answer.prompt) == ((), "answer-3")

    @pytest.mark.parametrize("streams", [False, True])
    def test_a_structured_answer_that_no_source_bears_is_withheld(self, library, endpoint, reply, streams) -> None:
        sentence = {"quotes": [{"source": 1, "words": "COPIED"}], "text": "Karl Moe sank a submarine in 1971."}
        endpoint.replies = [reply([json.dumps({"sentences": [sentence]})])]
        answerer = library.answerer(model(endpoint, structured="always"))
        said: list[str] = []
        answer = answerer.ask("How long is the bridge?", stream=said.append if streams else None)
        assert (answer.text, answer.abstained) == ("The documents do not say.", True)
        assert (answer.citations, answer.unresolved, answer.unsupported) == ((), (), ())
        (warning,) = answer.warnings
        assert warning == "withheld, as no source can be quoted for it: “Karl Moe sank a submarine in 1971 [1].”"
        assert said == (["The documents do not say."] if streams else [])

    @pytest.mark.parametrize("streams", [False, True])
    @pytest.mark.parametrize(
        "fence",
        [
            "{}",
            "```json\n{}\n```",
            "<think>Bridge?</think>\n{}",
            "Here is the answer:\n{}",
            "Sure.\n\n```json\n{}\n```\nI hope that this helps.",
            "It is this:\n  {}",
        ],
    )
    def test_an_answer_is_taken_out_of_a_structure_where_text_is_asked_for(
        self, library, endpoint, reply, fence, streams
    ) -> None:
        told = [{"quotes": [{"source": 1, "words": "is 120 m long"}], "text": "It is 120 m long."}]
        text = fence.replace("{}", json.dumps({"sentences": told}, indent=1))
        endpoint.replies = [reply([text[at : at + 5] for at in range(0, len(text), 5)])]
        said: list[str] = []
        answerer = library.answerer(model(endpoint, structured="never"))
        answer = answerer.ask("How long is the new bridge?", stream=said.append if streams else None)
        assert answer.text == "It is 120 m long [1]."
        assert answer.citations[0].quote.startswith("The new bridge is 120 m long")
        assert "".join(said).endswith(answer.text if streams else "")
        assert "{" not in "".join(said)

    @pytest.mark.parametrize("streams", [False, True])
    @pytest.mark.parametrize("broken", ['{"sentences": [{"quo', '{"sentences": {"a": 1}}', '[{"text": "It is 1'])
    def test_a_broken_structure_is_withheld(self, library, endpoint, reply, broken, streams) -> None:
        endpoint.replies = [reply([broken])]
        said: list[str] = []
        answerer = library.answerer(model(endpoint, structured="auto"))
        answer = answerer.ask("How long is the new bridge?", stream=said.append if streams else None)
        assert (answer.text, answer.abstained, answer.citations) == ("The documents do not say.", True, ())
        assert "withheld, as the model answered in a broken structure instead of text" in answer.warnings
        assert "".join(said) == (answer.text if streams else "")

    @pytest.mark.parametrize(
        "text", ['{"length": 120} [1]', "{", "```\nlength = 120\n``` [1]", "`120 m` [1]", "So long:\n{120 m} [1]"]
    )
    def test_other_text_that_begins_so_is_an_answer(self, library, endpoint, reply, text: str) -> None:
        endpoint.replies = [reply(list(text))]
        said: list[str] = []
        answer = library.answerer(model(endpoint)).ask("How long is the new bridge?", stream=said.append)
        assert answer.text == "".join(said) == text

    def test_sentences_without_support_are_told(self, library, endpoint, reply) -> None:
        said = "It is 120 m long [1]. It was opened in 2004 [1]. It is lovely."
        endpoint.replies = [reply([said])]
        answer = library.answerer(model(endpoint)).ask("How long is the new bridge?")
        assert answer.unsupported == ("It was opened in 2004.", "It is lovely.")
        turns = Conversations(library.database).turns(answer.conversation)
        assert turns[0].answer == answer

    def test_an_abstention_with_additions_is_one(self, library, endpoint, reply) -> None:
        endpoint.replies = [reply(["The documents do not say. From what I know, it is 357 degrees [1]."])]
        answer = library.answerer(model(endpoint)).ask("What is the boiling point of mercury?")
        assert answer.abstained
        assert answer.citations == ()
        assert answer.unsupported == ("From what I know, it is 357 degrees.",)

    def test_a_file_of_ones_own_is_what_is_sent(self, library, endpoint, reply, tmp_path) -> None:
        file = tmp_path / "own.txt"
        file.write_text(
            "--- system\nMine. {{abstention}}\n--- user\n{{sources}}{{form}} {{question}}\n--- markers\nMark.\n",
            encoding="utf-8",
        )
        endpoint.replies = [reply(["It is 120 m long [1]."])]
        provider = model(endpoint)
        answerer = Answerer(
            library.index, library.database, provider, Budget(), embedder=library.embedder, prompts=load(str(file))
        )
        answer = answerer.ask("How long is the new bridge?")
        assert answer.prompt.startswith("own@")
        (body,) = endpoint.bodies
        assert body["messages"][0]["content"] == "Mine. The documents do not say."
        assert body["messages"][1]["content"].endswith("</source>\n\nMark. How long is the new bridge?")
        assert "response_format" not in body  # the file has no part for it

    def test_a_preview_shows_the_form_that_is_sent(self, library, endpoint) -> None:
        answerer = library.answerer(model(endpoint))
        shown, streamed = (answerer.preview("How long is it?", streams=streams) for streams in (False, True))
        assert "as JSON" in shown.messages[-1].content
        assert "as JSON" not in streamed.messages[-1].content
        assert shown.input_tokens > sum(count_tokens(message.content) for message in shown.messages)

    def test_a_preview_sends_and_keeps_nothing(self, library, endpoint, reply) -> None:
        provider = model(endpoint, input_price=1, output_price=10, structured="never")
        preview = library.answerer(provider).preview("How long is the new bridge?")
        assert preview.messages[-1].content.endswith("Question: How long is the new bridge?")
        assert preview.input_tokens == 5 + sum(5 + count_tokens(message.content) for message in preview.messages)
        assert preview.cost == pytest.approx((preview.input_tokens + 10 * 500) / 1e6)
        assert endpoint.bodies == []
        assert Conversations(library.database).list() == []

    def test_the_days_money_is_kept(self, library, endpoint, reply) -> None:
        endpoint.replies = [reply(["Yes [1]."])]
        provider = model(endpoint, input_price=100, output_price=100)  # at most 0.12 + 0.05 a request
        answerer = library.answerer(provider, cost_per_day=0.17)
        assert answerer.ask("How long is the new bridge?").cost == pytest.approx(0.0328)
        answerer = library.answerer(provider, cost_per_day=0.06)
        with pytest.raises(BudgetError, match=r"0\.0328 is spent") as caught:
            answerer.ask("How long is the new bridge?")
        assert caught.value.exit_code == 3
        assert len(endpoint.bodies) == 1

    def test_what_an_interrupted_answer_used_is_recorded(self, library, endpoint, reply) -> None:
        endpoint.replies = [reply(["It is ", "120 m long."])]

        def stop(piece: str) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            library.answerer(model(endpoint)).ask("How long is the new bridge?", stream=stop)
        conversations = Conversations(library.database)
        assert conversations.list() == []
        assert [one.usage.output_tokens for one in conversations.usage()] == [3]

    def test_an_interrupted_structured_answer_is_recorded_too(self, library, endpoint, reply) -> None:
        class Interrupting(reply):
            @property
            def delay(self) -> float:
                if threading.current_thread() is not threading.main_thread():  # where a test prints it
                    os.kill(os.getpid(), signal.SIGINT)
                return 0.3

            @delay.setter
            def delay(self, seconds: float) -> None:
                pass

        endpoint.replies = [Interrupting(["{"])]
        with pytest.raises(KeyboardInterrupt):
            library.answerer(model(endpoint)).ask("How long is the new bridge?")
        (used,) = Conversations(library.database).usage()
        assert used.usage.output_tokens == 0
        assert used.usage.input_tokens > 300

    @pytest.mark.parametrize(("finish", "said"), [(None, "it may be cut off"), ("length", "qa.budget.output_tokens")])
    def test_an_answer_that_is_not_whole_is_said(self, library, endpoint, reply, finish, said) -> None:
        endpoint.replies = [reply(["It is 120 m long [1]."], finish=finish)]
        answer = library.answerer(model(endpoint)).ask("How long is the new bridge?")
        assert len(answer.warnings) == 1
        assert said in answer.warnings[0]

    def test_invented_quotes_are_said(self, library, endpoint, reply) -> None:
        endpoint.replies = [reply(['It "was opened in 2003 by Anna Lind" [1], "a fine day for all" [1].'])]
        answer = library.answerer(model(endpoint)).ask("Who opened the new bridge?")
        assert answer.warnings == ("no source holds the quoted words “a fine day for all”",)

    def test_a_failing_endpoint_keeps_nothing(self, library, endpoint, reply) -> None:
        endpoint.replies = [reply(status=500, body=json.dumps({"error": {"message": "no"}}))]
        with pytest.raises(ProviderError):
            library.answerer(model(endpoint)).ask("How long is the new bridge?")
        assert Conversations(library.database).list() == []


def test_a_read_only_home_answers_and_keeps_nothing(indexed, open_library) -> None:
    with open_library(indexed, readonly=True) as library:
        answer = library.answerer(ExtractiveProvider()).ask("How long is the new bridge?")
        assert "120 m" in answer.text
        assert answer.warnings == ("the home is read-only: the conversation is not kept",)
        assert Conversations(library.database).last() is None


def test_conversations_are_listed_the_latest_first(library) -> None:
    answerer = library.answerer(ExtractiveProvider())
    conversations = Conversations(library.database)
    assert conversations.list() == []
    assert conversations.last() is None
    first = answerer.ask("How long is the new bridge?")
    second = answerer.ask("How many shops are there in Oslo?")
    answerer.ask("And in Bergen?", conversation=first.conversation)
    found = [(one.conversation, one.question, one.turns) for one in conversations.list()]
    assert found == [
        (first.conversation, "How long is the new bridge?", 2),
        (second.conversation, "How many shops are there in Oslo?", 1),
    ]
    assert conversations.last() == first.conversation
    assert first.usage == Usage(0, 0, first.usage.context_tokens)
    assert conversations.spent_today() == 0.0
    assert conversations.turns(second.conversation)[0].answer == second
