"""What the answers of a decision lack by law, each of them: the whole one as well as that of every part.

Law: 条例 arts. 14-16, 30, 32, 35-37.
"""

import re
from collections.abc import Iterator, Mapping

from ...states.calendar.dates import days_told
from ...states.errors import Fault
from ...states.rules.outcomes import outcomes
from .answers import Answer, answers_of, endangered, interests, parts_with_answers, whole_answer
from .claims import in_part
from .facts import Situation, day
from .third_parties import third_party_faults

ARTICLE = re.compile(r"第[一二三四五六七八九十百零〇\d]+条")
_TITLES = re.compile("《[^》]*》")
_CLAUSE = re.compile(r"[，。；：！？,;:!?\s]")
_DENIED = re.compile("没有|未|不(?![仅但只光利良安稳可])|非(?![常法])|无(?![疑不])|排除|否")
"""Words by which a clause denies what it names."""
_FOUND = re.compile("(?:找到|查到|查得|查获|搜到|检索到|存有)(?!了?[0０零])")
_NOT_FOUND = re.compile("没|未|无|不|非|其他|其它|别的|另外")
_UNSEARCHED = re.compile(
    "(?:没有?|未|不|免|待|无)(?:曾|经|予|再|必|用|需|须|进行|作|做|过){0,2}(?:检索|查找|查询|搜索|搜寻|查档)(?![到出得结])"
)


def answer_faults(at: Situation) -> Iterator[Fault]:
    """Every fault of the answers of a decision, but for the sentences of fact in its paper."""
    for answer in answers_of(at) or (whole_answer(at),):
        for fault in _of_one(answer, at):
            yield in_part(fault, answer)
    yield from _of_division(at)
    yield from third_party_faults(at)


def unfit_answers(at: Situation) -> Iterator[Fault]:
    """Each answer of a request to rectify records that is an answer to a request for information.

    Law: 条例 art. 41.
    """
    fit = "、".join(item.label for item in outcomes() if item.rectifies)
    for answer in answers_of(at):
        if answer.outcome is not None and not answer.outcome.rectifies:
            fault: Fault = {"field": "answer", "problem": "no_rectifying_answer", "value": answer.outcome.label}
            yield in_part(fault | {"choices": fit}, answer)


def _of_one(answer: Answer, at: Situation) -> Iterator[Fault]:
    """What one answer lacks, whether it is the whole one or that of a part."""
    found = answer.outcome
    if found is None and answer.number:
        return  # a gap in the paper
    basis = found.basis(at.case.law_on) if found is not None else None
    elsewhere = basis is None or not basis.cited or (found is not None and found.article_elsewhere)
    if found is not None and found.step:
        yield {"field": "answer", "problem": "given_by_step", "value": found.label, "move": found.step}
    elif elsewhere and not ARTICLE.search(answer.ground):
        yield {"field": "ground", "problem": "ground_without_article"}
    if found is not None and found.prints("search"):
        yield from search_faults(answer.told("search"), at)
        yield from _of_record(answer.told("search"))
    if answer.needs("endangers"):
        yield from _of_interests(answer)


def _of_division(at: Situation) -> Iterator[Fault]:
    """A divided decision that gives nothing, or all; and one that is called by an answer that no part has.

    Law: 条例 art. 37.
    """
    whole, parts = whole_answer(at).outcome, parts_with_answers(at)
    if not parts or whole is None or any(part.outcome is None for part in parts) or not answers_of(at):
        return
    given = [part.outcome is not None and part.outcome.category == "granted" for part in parts]
    if not whole.divides and whole not in [part.outcome for part in parts]:
        yield {"field": "answer", "problem": "answer_of_no_part", "value": whole.label}
    elif whole.divides and not any(given):
        yield {"field": "answer", "problem": "nothing_given"}
    elif whole.divides and all(given):
        yield {"field": "answer", "problem": "nothing_withheld"}


def search_faults(search: object, at: Situation) -> Iterator[Fault]:
    """A search that lies before the request or after the paper, and one that has found what is said not to be held.

    Law: 条例 art. 36 item 4.
    """
    told = search if isinstance(search, Mapping) else {"result": search}
    days, first = days_told(told.get("on")), at.case.submitted_on or at.case.received_on
    if days and days[-1] > at.on:
        yield {"field": "search.on", "problem": "searched_after", "value": day(days[-1]), "on": day(at.on)}
    if days and first is not None and days[0] < first:
        yield {"field": "search.on", "problem": "searched_before", "value": day(days[0]), "on": day(first)}
    words = "；".join(str(told.get(name) or "") for name in ("result", "what"))
    if _FOUND.search(words) and not _NOT_FOUND.search(words):
        yield {"field": "search.result", "problem": "search_found", "value": words.strip("；")[:60]}


def _of_record(search: object) -> Iterator[Fault]:
    """A search record that does not tell where was searched, or with what result; and one that says that nobody did.

    Law: 条例 art. 36 item 4.
    """
    told = search if isinstance(search, Mapping) else {"what": search}
    words = {name: str(told.get(name) or "").strip() for name in ("systems", "result", "what")}
    denied = next((found for text in words.values() if (found := _UNSEARCHED.search(text))), None)
    lacking = "systems" if not (words["systems"] or words["what"]) else "result"
    if denied is not None:
        yield {"field": "search", "problem": "search_denied", "value": denied[0]}
    elif search and not (words["what"] or (words["systems"] and words["result"])):
        yield {"field": f"search.{lacking}", "problem": "search_incomplete"}


def _of_interests(answer: Answer) -> Iterator[Fault]:
    """A ground that names another interest than the one that was chosen.

    Law: 条例 art. 14.
    """
    clauses = _CLAUSE.split(_TITLES.sub("", answer.ground))
    chosen, said = endangered(answer), "，".join(clause for clause in clauses if not _DENIED.search(clause))
    others = [label for label in interests().values() if label != chosen and label in said]
    if chosen and others:
        yield {"field": "ground", "problem": "endangers_other", "value": "、".join(others), "chosen": chosen}
