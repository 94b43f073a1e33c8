"""Search by names and subjects: each pair of neighbouring characters of a text is a row that leads to its case.

Indexes of three characters miss names of two, and the servers that offices are given have none. A pair is a number: who
asked it belongs to (agency), whether it is of a name or of a subject, and its two characters. Pairs are personal data:
they are written with the registration, replaced with its amendment, and go when the case is erased.
"""

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from itertools import groupby, zip_longest

from sqlalchemy import Connection, Select, Subquery, delete, func, insert, select, union

from ....states import admission
from ...kernel.context import Context
from ...kernel.owners import CaseRow, Holding
from ...kernel.tables import cases as t
from ...kernel.unit import Prepared
from .texts import Registered, registered

PORTION = 500
LONGEST = 200
"""So many characters of a text are searched: what a request is about is told at its beginning."""
_PAIR = t.pair.c
_BITS = 21
"""Enough for every character that there is."""
_NAME, _SUBJECT = 0, 1
_INSERT = Prepared(insert(t.pair), "pair", "case_id")


def plain_text(text: str) -> str:
    """A text in the one form in which texts are compared: no spaces or punctuation, one width, small letters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())[:LONGEST]


def pairs_of(agency: str, found: Registered) -> frozenset[int]:
    """Every pair by which a registration is found."""
    names = (pair for name in found.people for pair in _pairs(agency, _NAME, plain_text(name)))
    return frozenset((*names, *_pairs(agency, _SUBJECT, plain_text(found.information))))


def _pairs(agency: str, field: int, text: str) -> Iterator[int]:
    """Each character with the next one; the last one stands alone, so that one character is found too."""
    base = (_mark(agency) << 1 | field) << 2 * _BITS
    codes = [ord(letter) for letter in text]
    for first, second in zip_longest(codes, codes[1:], fillvalue=0):
        yield base | first << _BITS | second


@cache
def _mark(agency: str) -> int:
    """Twenty bits of an agency: its pairs lie together; two with the same bits are parted by the case's own row."""
    return int.from_bytes(blake2b(agency.encode(), digest_size=4).digest()) & 0xFFFFF


def write_pairs(connection: Connection, agency: str, case_id: int, data: Mapping[str, object]) -> None:
    """Writes the pairs of a case that has just been registered with these data."""
    _write(connection, case_id, pairs_of(agency, Registered.told(data)))


def write_again(connection: Connection, agency: str, case_id: int) -> None:
    """Writes the pairs of a case afresh, as its registration is amended by now."""
    connection.execute(delete(t.pair).where(_PAIR.case_id == case_id))
    _write(connection, case_id, pairs_of(agency, registered(connection, [case_id])[case_id]))


def _write(connection: Connection, case_id: int, pairs: Collection[int]) -> None:
    if pairs:
        _INSERT.run_all(connection, [{"pair": pair, "case_id": case_id} for pair in sorted(pairs)])


def holdings(context: Context, case: CaseRow) -> Holding:
    """How many pairs a case has."""
    rows = context.connection.scalar(select(func.count()).where(_PAIR.case_id == case.id))
    return Holding(t.pair.name, rows or 0)


def erase(context: Context, case: CaseRow) -> None:
    """Takes the pairs of a case away."""
    context.connection.execute(delete(t.pair).where(_PAIR.case_id == case.id))


def differing(connection: Connection, cases: Sequence[CaseRow]) -> dict[int, tuple[int, int]]:
    """Of the cases whose pairs are not those of their registration how many are missing and how many too many."""
    texts = registered(connection, [case.id for case in cases])
    stored = _stored(connection, [case.id for case in cases])
    found: dict[int, tuple[int, int]] = {}
    for case in cases:
        wanted, there = pairs_of(case.agency, texts.get(case.id, Registered())), stored.get(case.id, frozenset())
        if wanted != there:
            found[case.id] = (len(wanted - there), len(there - wanted))
    return found


def _stored(connection: Connection, ids: Sequence[int]) -> dict[int, frozenset[int]]:
    statement = select(t.pair).where(_PAIR.case_id.in_(ids)).order_by(_PAIR.case_id)
    rows = connection.execute(statement)
    return {key: frozenset(row.pair for row in found) for key, found in groupby(rows, key=lambda row: row.case_id)}


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query, as they were typed; each must be found."""
    return tuple(dict.fromkeys(unicodedata.normalize("NFKC", query).split()))


def hits(agency: str, words: Sequence[str]) -> Select[int]:
    """The rows of the cases in which each word is found: in a name, in the subject, or in the number.

    A word of several characters is found in a text that has each of its pairs. In a number it is found where it has a
    figure, or where it is the whole number.
    Raises:
        BadData: a word holds what no text may hold.
    """
    first, *others = (_of_word(agency, word) for word in words)
    found = select(first.c.case_id)
    for other in others:
        found = found.where(first.c.case_id.in_(select(other.c.case_id)))
    return found


def _of_word(agency: str, word: str) -> Subquery:
    text = plain_text(word)
    ways: list[Select[int]] = [_of_number(agency, word)]
    if text:
        ways += [_of_text(agency, field, text) for field in (_NAME, _SUBJECT)]
    return union(*ways).subquery()


def _of_number(agency: str, word: str) -> Select[int]:
    number, word = t.case.c.case_no, admission.key("query", word)
    is_found = number.icontains(word, autoescape=True) if any(map(str.isdecimal, word)) else number == word
    return select(t.case.c.id.label("case_id")).where(t.case.c.agency == agency, is_found)


def _of_text(agency: str, field: int, text: str) -> Select[int]:
    pairs = list(dict.fromkeys(_pairs(agency, field, text)))
    if len(text) == 1:
        return select(_PAIR.case_id).where(_PAIR.pair.between(pairs[0], pairs[0] | (1 << _BITS) - 1)).distinct()
    return with_pairs(pairs[:-1])  # the last one stands for the end of the whole text


def with_pairs(pairs: Iterable[int]) -> Select[int]:
    """The rows of the cases that have each of these pairs."""
    first, *others = pairs
    found = select(_PAIR.case_id).where(_PAIR.pair == first)
    for place, pair in enumerate(others):
        other = t.pair.alias(f"pair_{place}")
        found = found.join(other, other.c.case_id == _PAIR.case_id).where(other.c.pair == pair)
    return found
