"""Answering: a question of a conversation becomes a cited answer."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.citations import citation_of, format_citation, parse_citation
from ingest.errors import IbidError, UsageError
from ingest.segments import clean
from ingest.types import Span
from qa.bearing import numbers_said
from qa.budget import Prompt, check_money, fit
from qa.citations import resolve, without_markers
from qa.confidence import untold
from qa.conversations import Conversations
from qa.cues import asked, matter
from qa.focus import Focused, focus
from qa.followups import standalone
from qa.grounding import grounded
from qa.packing import pack
from qa.prompts import ABSTENTION, Prompts, built_in
from qa.providers import Delta, Provider, Quote, Request
from qa.reckoning import reckoned
from qa.settings import Budget
from qa.structured import may_be_structured, structure_in, told
from qa.support import refuses, unsupported
from qa.types import Answer, Citation, Message, Packed, Timing, Turn, Usage
from retrieval.copies import around, place_of
from retrieval.database import Database
from retrieval.embedders import Embedder
from retrieval.filters import Filter
from retrieval.index import Index
from retrieval.language import asks_in_another_language
from retrieval.spelling import said
from retrieval.types import Hit, Mode

Stream = Callable[[str], None]
_READ = 4000
"""Tokens of sources that are read where nothing is sent, whatever may be sent."""
_UNASKED = "the model was not asked: what was found speaks for no answer (`qa.budget.focus: 0` asks it all the same)"
_FOREIGN = "the question seems not to be in English, the one language that the embedder reads (`retrieval.embedder`)"
_BROKEN = "withheld, as the model answered in a broken structure instead of text"


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent, and the most that it could cost (None where prices are not known)."""

    messages: tuple[Message, ...]
    input_tokens: int
    cost: float | None


@dataclass(frozen=True, slots=True)
class Asking:
    """A question on its way: as asked, as searched, what was found, what is sent."""

    question: str
    searched: str
    meant: Mapping[str, str]
    """What was searched for instead of misspelt words."""
    unheard: tuple[str, ...]
    """Names of the question that stand in no document."""
    turns: tuple[Turn, ...]
    hits: tuple[Hit, ...]
    prompt: Prompt
    retrieve: float
    focused: Focused | None = None
    """What of the hits speaks for an answer, where a model is to write it."""


@dataclass(slots=True)
class _Reply:
    """What came of a provider so far."""

    text: str = ""
    quotes: tuple[Quote, ...] = ()
    usage: Usage | None = None
    abstained: bool | None = None
    first: float = 0.0
    warnings: tuple[str, ...] = ()
    quoted: tuple[tuple[int, str], ...] = ()
    support: float | None = None
    unsure: bool = False
    shaped: bool = False

    def take(self, delta: Delta) -> None:
        """Adds what has come."""
        self.text += delta.text
        self.quotes += delta.quotes
        self.quoted += delta.quoted
        self.usage = delta.usage or self.usage
        self.abstained = self.abstained if delta.abstained is None else delta.abstained
        self.warnings += (delta.warning,) if delta.warning else ()
        self.support = self.support if delta.support is None else delta.support
        self.unsure = self.unsure or delta.unsure
        self.shaped = self.shaped or delta.shaped

    def unfold(self, sources: Sequence[Packed], question: str) -> None:
        """Takes the answer out of a structure that came where text was asked for; one that is broken is withheld."""
        structure = None if self.shaped else structure_in(self.text)
        if structure is None:
            return
        found = told(structure, sources, question)
        if found is None:
            self.text, self.abstained = ABSTENTION, True
            self.warnings += (_BROKEN,)
        else:
            self.text, self.quoted, self.shaped = found.text, found.quoted, True


class Answerer:
    """Asks one collection by one provider; conversations are kept in the database."""

    def __init__(
        self,
        index: Index,
        database: Database,
        provider: Provider,
        budget: Budget,
        *,
        embedder: Embedder,
        prompts: Prompts | None = None,
    ) -> None:
        self._index = index
        self._database = database
        self._provider = provider
        self._budget = budget
        self._embedder = embedder
        self._prompts = prompts or built_in()
        self._conversations = Conversations(database)

    def ask(
        self,
        question: str,
        *,
        conversation: str | None = None,
        k: int = 8,
        stream: Stream | None = None,
        mode: Mode | None = None,
        filter: Filter | None = None,  # noqa: A002  # the option's name
        files: Sequence[str] | None = None,
    ) -> Answer:
        """The answer, kept as the conversation's next turn (a new one's first, where none is given).

        Args:
            question: In words; a follow-up may lean on the turns before.
            conversation: The id of one that is kept.
            k: How many hits are considered.
            stream: Gets the answer's text piece by piece, as it comes.
            mode: How to search, where not as the settings say.
            filter: Only documents that match.
            files: Only these documents.

        Raises:
            UsageError: the question is empty, or the conversation is not known.
            BudgetError: a budget stopped it before anything was sent.
            ProviderError: the endpoint failed.
        """
        begun = time.perf_counter()
        with self._index.snapshot():  # a document that changes meanwhile is cited as it was found
            asking = self._prepare(
                question, conversation, k=k, mode=mode, filter=filter, files=files, streams=stream is not None
            )
            key = conversation or self._conversations.begin()
            if self._budget.cost_per_day is not None:
                spent = self._conversations.spent_today()
                check_money(self._budget, self._provider, prompt=asking.prompt, spent=spent)
            reply = self._reply(asking, key, stream=stream, begun=begun)
            answer = self._answer(asking, reply, key, begun=begun)
        if stream and reply.shaped:
            stream(answer.text)
        return self._keep(key, answer)

    def preview(
        self,
        question: str,
        *,
        conversation: str | None = None,
        k: int = 8,
        mode: Mode | None = None,
        filter: Filter | None = None,  # noqa: A002  # the option's name
        files: Sequence[str] | None = None,
        streams: bool = False,
    ) -> Preview:
        """What `ask` would send (with a `stream`, where it `streams`), counted and priced; nothing is sent or kept."""
        asking = self._prepare(question, conversation, k=k, mode=mode, filter=filter, files=files, streams=streams)
        if not self._provider.generates:
            return Preview((), 0, 0.0)
        prompt = asking.prompt
        usage = Usage(prompt.input_tokens, self._budget.output_tokens)
        return Preview(prompt.structured or prompt.messages, prompt.input_tokens, self._provider.cost(usage))

    def _prepare(
        self,
        question: str,
        conversation: str | None,
        *,
        k: int,
        mode: Mode | None,
        filter: Filter | None,  # noqa: A002
        files: Sequence[str] | None,
        streams: bool = False,
    ) -> Asking:
        question = clean(question).strip()
        if not question:
            raise UsageError("the question is empty", hint='ask one: ibid ask "…"')
        turns = tuple(self._conversations.turns(conversation)) if conversation else ()
        searched = standalone(question, turns)
        begun = time.perf_counter()
        hits = tuple(self._index.search(searched, k=k, mode=mode, filter=filter, files=files))
        meant = self._index.asked(searched, mode=mode)
        retrieve = time.perf_counter() - begun
        if not self._provider.generates:
            prompt = Prompt((), self._pack(hits, max(_READ, self._budget.context_tokens)), 0)
            return Asking(question, meant.text, meant.meant, meant.unheard, turns, hits, prompt, retrieve)
        focused = focus(
            meant.text,
            hits,
            share=self._budget.focus if searched == question else 0,  # what it was made of the turns before is a guess
            count=self._provider.count,
            embed=self._embedder.embed_known,
            read=self._index.text,
            unheard=meant.unheard,
        )
        prompt = fit(
            question,
            hits=focused.hits,
            turns=turns,
            budget=self._budget,
            provider=self._provider,
            read=self._index.text,
            prompts=self._prompts,
            structured=self._provider.structures(streams=streams),
        )
        return Asking(question, meant.text, meant.meant, meant.unheard, turns, hits, prompt, retrieve, focused)

    def _pack(self, hits: Sequence[Hit], budget: int) -> tuple[Packed, ...]:
        return pack(hits, budget=budget, count=self._provider.count, read=self._index.text)

    def _reply(self, asking: Asking, key: str, *, stream: Stream | None, begun: float) -> _Reply:
        """The provider's reply; where it is interrupted, what it used by estimate is recorded."""
        reply = _Reply()
        if not asking.prompt.sources or (asking.focused and asking.focused.hopeless):
            reply.text, reply.abstained, reply.usage = ABSTENTION, True, Usage()
            reply.warnings = (_UNASKED,) if asking.prompt.sources and self._provider.generates else ()
            reply.first = time.perf_counter() - begun
            if stream:
                stream(ABSTENTION)
            return reply
        prompt = asking.prompt
        request = Request(
            asking.searched,
            prompt.sources,
            prompt.messages,
            self._budget.output_tokens,
            self._embedder.embed_known,
            prompt.structured,
            asking.unheard,
        )
        done, held = False, ""
        try:
            for delta in self._provider.stream(request):
                reply.take(delta)
                if delta.text:
                    reply.first = reply.first or time.perf_counter() - begun
                    held += delta.text
                if stream and held and not reply.shaped and not self._is_held(reply.text):
                    stream(held)
                    held = ""
            done = True
        finally:
            sent = reply.text or isinstance(
                sys.exception(), KeyboardInterrupt
            )  # a structured one has no text before its end
            if not done and sent and self._provider.generates:
                self._record(key, Usage(prompt.input_tokens, self._provider.count(reply.text), _sent(prompt)))
        if self._provider.generates:
            reply.unfold(prompt.sources, asking.question)
        if stream and held and not reply.shaped:  # what could have become a structure, and is none
            stream(reply.text if reply.abstained else held)
        return reply

    def _is_held(self, text: str) -> bool:
        """Whether what has come is not shown yet, as it may be a structure, which is not for people."""
        return self._provider.generates and may_be_structured(text)

    def _record(self, key: str, usage: Usage) -> None:
        if self._database.readonly:
            return
        name, model = self._provider.component_name, self._provider.model_name
        self._conversations.record(key, provider=name, model=model, usage=usage, cost=self._provider.cost(usage))

    def _answer(self, asking: Asking, reply: _Reply, key: str, *, begun: float) -> Answer:
        text, sources = reply.text.strip(), asking.prompt.sources
        unresolved: tuple[int, ...] = ()
        unborne: tuple[str, ...] = ()
        misdated: tuple[str, ...] = ()
        quotes, unsure = reply.quotes, reply.unsure
        warnings = said(asking.meant) + _untold(asking) + reply.warnings
        if self._provider.generates:
            if reply.shaped and asking.focused is not None:
                found = asking.focused.scored
                text, resolved = grounded(text, sources, found, quoted=reply.quoted, question=asking.question)
            else:
                resolved = resolve(text, sources, question=asking.question)
            quotes, unresolved, unsure = resolved.quotes, resolved.unresolved, resolved.unsure
            misdated = resolved.misdated
            warnings += tuple(f"no source holds the quoted words “{said}”" for said in resolved.invented)
            warnings += tuple(
                f"source [{number}] is a generated description of a picture: it is not quoted"
                for number in resolved.generated
            )
        by_number = {source.number: source for source in sources}
        citations = tuple(self._citation(quote, by_number[quote.number]) for quote in quotes)
        quoted = [citation.quote for citation in citations]
        if self._provider.generates:
            figures = reckoned(without_markers(text), asking.question, numbers_said(sources), quoted)
            unborne = unsupported(text, sources, question=asking.question, misdated=misdated, reckoned=figures)
        abstained = bool(reply.abstained) or (self._provider.generates and refuses(text, quoted))
        if abstained and self._provider.generates:
            text = without_markers(text)
        if reply.shaped and not quotes and not abstained:
            warnings += (f"withheld, as no source can be quoted for it: “{text}”",)
            text, abstained, unborne, unresolved = ABSTENTION, True, (), ()
        if (abstained or unsure) and self._embedder.english_only and asks_in_another_language(asking.question):
            warnings += (_FOREIGN,)
        usage = replace(reply.usage or Usage(), context_tokens=self._used(asking.prompt, quotes))
        return Answer(
            question=asking.question,
            text=text,
            abstained=abstained,
            citations=() if abstained else citations,
            unresolved=unresolved,
            hits=asking.hits,
            conversation=key,
            provider=self._provider.component_name,
            model=self._provider.model_name,
            usage=usage,
            cost=self._provider.cost(usage),
            seconds=Timing(asking.retrieve, reply.first, time.perf_counter() - begun),
            warnings=warnings,
            unsupported=unborne,
            prompt=self._prompts.version if self._provider.generates else "",
            support=asking.focused.scored.support if asking.focused else reply.support,
            unsure=unsure and not abstained,
        )

    def _used(self, prompt: Prompt, quotes: Sequence[Quote]) -> int:
        """Tokens of the sources that were sent; where nothing is, of those that are quoted, as they would be sent."""
        if self._provider.generates:
            return _sent(prompt)
        numbers = {quote.number for quote in quotes}
        quoted = [source.hit for source in prompt.sources if source.number in numbers]
        return sum(source.tokens for source in self._pack(quoted, self._budget.context_tokens))

    def _citation(self, quote: Quote, source: Packed) -> Citation:
        """The citation of a quote, at the narrowest place; with its characters where the place is wider."""
        path, span = source.hit.path, quote.span
        start = source.span.start
        text = source.text[span.start - start : span.end - start]
        place = self._index.place(path, span)
        plain = format_citation(path, place)
        char = None if self._is_exact(plain, path, span) else span
        copies = tuple(dict.fromkeys(self._elsewhere(source.hit, text, span)))
        return Citation(quote.marker, format_citation(path, place, char=char), path, span, text, place, copies)

    def _elsewhere(self, hit: Hit, quoted: str, own: Span) -> Iterator[str]:
        """Citations of where else the quoted words stand, of the places where something of their source does."""
        for copy in hit.copies:
            region = copy.span if copy.whole else around(copy.span, hit.span)
            region = Span(region.start, min(region.end, self._index.length(copy.path)))
            where = place_of(quoted, self._index.text(copy.path, region), near=copy.span.start - region.start)
            span = where.shift(region.start) if where else own
            if where and not (copy.path == hit.path and span.overlaps(own)):
                yield citation_of(copy.path, self._index.place(copy.path, span), span)

    def _is_exact(self, citation: str, path: str, span: Span) -> bool:
        """Whether a citation without characters leads to exactly this span."""
        try:
            found, whole = self._index.locate(parse_citation(citation))
        except IbidError:
            return False
        if found != path:
            return False
        text = self._index.text(path, whole)
        lead = len(text) - len(text.lstrip())
        return span == Span(whole.start + lead, whole.start + len(text.rstrip()))

    def _keep(self, key: str, answer: Answer) -> Answer:
        if self._database.readonly:
            return replace(answer, warnings=(*answer.warnings, "the home is read-only: the conversation is not kept"))
        self._conversations.add(key, answer)
        return answer


def _untold(asking: Asking) -> tuple[str, ...]:
    """That a name of the question stands nowhere in what was read: what is told may be of another."""
    sources = asking.prompt.sources
    names = untold(asked(matter(asking.searched)), sources) if sources else ()
    return tuple(f"“{name}” stands in none of the passages that were read" for name in names)


def _sent(prompt: Prompt) -> int:
    return sum(source.tokens for source in prompt.sources)
