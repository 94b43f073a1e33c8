"""Dispatch and service of papers, and attempts that failed: facts of the world outside, which are never refused.

Law: 国办公开办函〔2016〕235号 points 1, 2, 4; 民诉法 arts. 87-95; 条例 arts. 30-35.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated

from ...rules.rules import rule
from ...rules.service import WayRule, goes_online, way_on, ways
from ..case import Case, State
from ..declaration import Finding, Move, ProcedureStep, Question, Turn, condition, lead, stay
from ..fields import Choice, IsoDate, Label, MoveData, Text
from ..letters import Letter, Trip
from ..periods import Law
from .consultation import count_consultation
from .correction import count_correction, forget_stand
from .extension import take_back_telling, tell_of_extension, untold_period
from .fee import count_payment
from .reasons import count_reasons, take_back_deferral, tell_of_deferral, undeferred_period
from .reply import DELIVERY, go_out, note_service, unmake

STEP = ProcedureStep("寄出、送达和退回", 72)

PAPER = Choice(
    confirmation="收件回执",
    correction=("补正告知书", "补正"),
    extension=("延期告知书", "延期"),
    consultation=("征求意见书", "征求意见"),
    fee=("收费通知书", "收费"),
    deferral=("延迟答复告知书", "延迟答复"),
    reasons=("说明理由通知书", "说明理由"),
    discontinuation=("终止或者不再处理告知书", "终止"),
    third_party_decision=("决定公开告知书", "告知第三方"),
    reply=("答复书", "答复"),
)
METHOD = Choice({"hand": "in_person"}, **{way.key: (way.label, *way.words) for way in ways()})
CARRIER = Choice(ems=("邮政特快专递", "EMS"), china_post=("中国邮政", "邮政"), other=("其他快递", "快递"))
REASON = Choice(
    refused="拒收",
    wrong_address=("地址有误", "原址查无此人"),
    absent=("无人签收", "家中无人"),
    kept=("逾期未领", "存放驿站"),
    bounced=("退信", "发送失败"),
    voided=("文书作废", "追回"),
)
KNOWN = tuple(state for state in State if state != State.ANNULLED)


Consent = Annotated[
    Text | None, Label("同意的凭据", "personal", "以电子方式送达的，申请人在哪里同意或者选定了这种方式和地址")
]


class _OfPaper(MoveData):
    """The paper that a fact is about: its kind, for a consultation its id."""

    of: Annotated[str, PAPER, Label("文书", "public", "哪一种文书")] = "reply"
    id: Annotated[Text | None, Label("征求意见编号", "public", "征求意见书的，填那一次征求意见的编号")] = None


class Dispatch(_OfPaper):
    """The day on which a paper left the house.

    Law: 国办公开办函〔2016〕235号 points 2, 4.
    """

    of: Annotated[str, PAPER, Label("文书", "public", "哪一种文书")]
    method: Annotated[str, METHOD, Label("送达方式", "public")]
    carrier: Annotated[
        Annotated[str, CARRIER] | None, Label("承运单位", "public", "邮寄的填写；邮寄公文应当通过邮政企业")
    ] = None
    proof: Annotated[Text | None, Label("凭证", "personal", "邮件号码、发送或者通话记录")] = None
    consent: Consent = None


class Serve(_OfPaper):
    """The day on which the addressee has a paper.

    Law: 复议法实施条例 art. 15; 民诉法 arts. 87-95.
    """

    method: Annotated[Annotated[str, METHOD] | None, Label("送达方式", "public")] = None
    proof: Annotated[Text | None, Label("送达的凭证", "personal")] = None
    consent: Consent = None


class FailService(_OfPaper):
    """An attempt that failed: why the paper came back, and on which day.

    ``voided``: the paper was voided before anybody had it, so that it counts as never sent.
    Law: 法释〔2004〕13号 art. 11, by analogy (Q29).
    """

    of: Annotated[str, PAPER, Label("文书", "public", "哪一种文书")]
    reason: Annotated[str, REASON, Label("退回的原因", "public")]
    sent_on: Annotated[IsoDate | None, Label("寄出日期", "public", "是哪一天寄出的那一次；不填的是最近一次")] = None
    proof: Annotated[Text | None, Label("凭证", "personal", "退回的邮件、系统提示或者记录")] = None


def _consultation(case: Case) -> str:
    """The consultation that is meant where none is named: the only one that there is."""
    return case.consultations[0].id if len(case.consultations) == 1 else ""


def _ref(case: Case, data: _OfPaper) -> str:
    """The consultation to which the paper belongs; empty for any other paper."""
    return (data.id or _consultation(case)) if data.of == "consultation" else ""


def _made_on(case: Case, of: str, ref: str) -> date | None:
    """The day on which a paper was made; None where its move has not been made."""
    if of == "consultation":
        found, term = case.consultation(ref), case.last_period("consultation", ref)
        renewed = found is not None and term is not None and not term.served and term.starts_on > found.sent_on
        return term.starts_on if renewed and term is not None else found.sent_on if found is not None else None
    if of == "confirmation":
        return case.received_on
    if of in _BY_PERIOD:
        period = case.last_period(_BY_PERIOD[of])
        if period is None:
            return None
        return period.law_on if of == "fee" and period.served else period.starts_on
    holds: bool = _BY_CASE[of](case)
    return case.last_on if holds else None


def _served_on(case: Case, of: str, ref: str) -> date | None:
    """The day on which a paper was received, where its own move has told it."""
    name = "consultation" if of == "consultation" else _BY_PERIOD.get(of, "")
    period = case.last_period(name, ref)
    return period.starts_on if period is not None and period.served else None


_BY_PERIOD = {"correction": "correction", "fee": "payment", "reasons": "reasons"}


def _deferred(case: Case) -> bool:
    return any(item.key == "reply" and item.fixed_on is not None for item in case.periods)


_BY_CASE: dict[str, Callable[[Case], bool]] = {
    "extension": lambda case: case.pending is not None or any(item.extra for item in case.periods),
    "deferral": lambda case: case.deferral is not None or _deferred(case),
    "discontinuation": lambda case: case.outcome is not None and not case.delivery,
    "third_party_decision": lambda case: bool(case.delivery and case.consultations),
    "reply": lambda case: bool(case.delivery) or case.state == State.DECIDED,
}


def letter_of(case: Case, data: _OfPaper) -> Letter:
    """The paper that is meant; of one of the past something is known from now on, or was told by its own move."""
    ref = _ref(case, data)
    found = case.letter(data.of, ref)
    if found is None:
        found = Letter(
            data.of, _made_on(case, data.of, ref) or case.law_on, ref, served_on=_served_on(case, data.of, ref)
        )
        case.letters.append(found)
    return found


@condition("remedy_from_receipt", by="day")
def paper_made(q: Question[_OfPaper]) -> Finding | None:
    """Requires that the move was made that gives rise to the paper."""
    if q.data is None:
        return None
    if q.data.of != "consultation":
        made = q.case.letter(q.data.of) is not None or _made_on(q.case, q.data.of, "") is not None
        return None if made else Finding("move_not_allowed", {"of": q.data.of}, "no_such_paper")
    known = [item.id for item in q.case.consultations]
    if not known:
        return Finding("move_not_allowed", {"of": q.data.of}, "no_such_paper")
    if q.data.id is None and len(known) > 1:
        return Finding("bad_data", {"field": "id", "problem": "missing"})
    if (q.data.id or known[0]) not in known:
        choices = "、".join(known)
        return Finding("bad_data", {"field": "id", "problem": "unknown_id", "value": q.data.id, "choices": choices})
    return None


@condition("remedy_from_receipt", by="day")
def paper_was_sent(q: Question[FailService]) -> Finding | None:
    """Requires that the paper had been dispatched: what never left cannot come back."""
    sent = {(item.of, trip.sent_on) for item in q.case.letters for trip in item.trips}
    if q.data is None:
        return None if sent else Finding("move_not_allowed", text="nothing_dispatched")
    left = any(of == q.data.of and q.data.sent_on in (None, on) for of, on in sent)
    return None if left else Finding("move_not_allowed", {"of": q.data.of}, "never_dispatched")


@condition("postal_enterprise", hard=False, by="day")
def by_the_postal_enterprise(q: Question[Dispatch]) -> Finding | None:
    """Warns of a letter that was given to another carrier: its leaving is no dispatch.

    Law: 国办公开办函〔2016〕235号 point 2.
    """
    if q.data is None or _carried(q.data, _way(q.data, q.on)):
        return None
    return Finding("not_the_postal_enterprise", {"carrier": q.data.carrier})


@condition("service_told", hard=False, by="day")
def way_will_do(q: Question[Dispatch | Serve]) -> Finding | None:
    """Warns of a way that does not do for the paper, or that proves nothing without a record."""
    way = _way(q.data, q.on) if q.data is not None else None
    if q.data is None or way is None or _counts(q.data, way, q.live):
        return None
    code = "way_needs_record" if way.will_do(q.data.of) else "way_not_for_paper"
    return Finding(code, {"method": q.data.method, "of": q.data.of})


@condition("reply_made_online", hard=False, by="day", live=True)
def way_was_chosen(q: Question[Dispatch | Serve]) -> Finding | None:
    """In live work, warns of a paper that is sent through the network to an applicant who has not chosen that way.

    Who asked through the network, by fax, or gave an e-mail address for the reply has chosen it.
    Of one paper it is told once, when it is sent that way first.
    Law: 民诉法 art. 90: with the addressee's consent; 民诉解释 art. 135.
    """
    if q.data is None or q.data.consent or q.data.of in ("consultation", "third_party_decision"):
        return None
    way = q.data.method
    if way not in ("email", "online", "fax"):
        return None
    chosen = q.case.channel == ("fax" if way == "fax" else "online") or (way == "email" and q.case.mail_chosen)
    letter = q.case.letter(q.data.of)
    told = letter is not None and any(trip.way == way for trip in letter.trips)
    return None if chosen or told else Finding("way_not_chosen", {"method": way, "of": q.data.of})


@condition("service_public", hard=False, by="day")
def other_ways_failed(q: Question[Dispatch | Serve]) -> Finding | None:
    """Warns of a public notice before another way has failed, as far as is on record.

    Law: 民诉法 art. 95.
    """
    way = _way(q.data, q.on) if q.data is not None else None
    if q.data is None or way is None or not way.days_after:
        return None
    ref = _ref(q.case, q.data)
    sent = [trip for one in q.case.letters if (one.of, one.ref) == (q.data.of, ref) for trip in one.trips]
    return None if any(trip.back_on is not None for trip in sent) else Finding("other_ways_not_tried")


@condition("remedy_from_receipt", hard=False, by="day")
def served_once(q: Question[Serve]) -> Finding | None:
    """Warns of a second service: the later record counts."""
    served_on = _proved(q.case, q.data)
    return Finding("served_already", {"served_on": served_on}) if served_on is not None else None


@condition("remedy_from_receipt", hard=False, by="day")
def not_served_yet(q: Question[Dispatch | FailService]) -> Finding | None:
    """Warns of an attempt, or of one that failed, after a service that is on record: that one counts."""
    served_on = _proved(q.case, q.data)
    if isinstance(q.data, FailService) and q.data.reason == "voided":
        letter = q.case.letter(q.data.of, _ref(q.case, q.data))
        served_on = letter.served_on if letter is not None else None
        return Finding("served_already", {"served_on": served_on}, "voided_after_service") if served_on else None
    if served_on is None or served_on > q.on:
        return None
    return Finding("served_already", {"served_on": served_on}, "attempt_after_service")


def _proved(case: Case, data: _OfPaper | None) -> date | None:
    """The day on which the paper was received, where more proves it than its sending, an answer or its return."""
    if data is None:
        return None
    letter = case.letter(data.of, _ref(case, data))
    if letter is None:
        return case.served_on if data.of == "reply" else None
    assumed = letter.by_sending or letter.inferred or letter.deemed or letter.presumed
    return None if assumed else letter.served_on


@condition("extension", hard=False, timely=True)
def extension_told_in_time(q: Question[Dispatch | Serve]) -> Finding | None:
    """Warns that the applicant is told of an extension, or of a deferral, after the last day of the period.

    Law: 条例 arts. 33 para 2, 35.
    """
    if q.data is None or q.data.of not in ("extension", "deferral"):
        return None
    deferral = q.data.of == "deferral"
    waits = (q.case.deferral if deferral else q.case.pending) is not None
    period, letter = q.case.reply_period() if waits else None, q.case.letter(q.data.of)
    if not waits and (letter is None or letter.told_on is None):
        period = (undeferred_period if deferral else untold_period)(q.case, q.law)
    if period is None or q.on <= period.due_on:
        return None
    return Finding(f"{q.data.of}_told_late", {"due_on": period.due_on}, source=_source_of_telling(q))


def _source_of_telling(q: Question[Dispatch | Serve]) -> str:
    """The article by which the applicant is to be told of what the paper says."""
    return rule("deferral" if q.data is not None and q.data.of == "deferral" else "extension", q.case.law_on).source


@condition("correction_notice", hard=False, timely=True)
def correction_told_in_time(q: Question[Dispatch | Serve]) -> Finding | None:
    """Warns that the applicant is told what to correct later than seven working days after receipt.

    Law: 条例 art. 30: within seven working days of receipt.
    """
    letter, period = q.case.letter("correction"), q.case.last_period("correction_notice")
    if q.data is None or q.data.of != "correction" or letter is None or not letter.live or period is None:
        return None
    late = letter.told_on is None and q.on > period.due_on
    return Finding("late_correction_notice", {"due_on": period.due_on}) if late else None


@condition("reply_made_on", hard=False, by="day")
def reply_not_yet_made(q: Question[Dispatch | FailService]) -> Finding | None:
    """Warns that the reply that stands as made has only been decided: it waits to be signed for, or it bounced.

    Law: 国办公开办函〔2016〕235号 points 2, 4.
    """
    letter = q.case.letter("reply")
    if q.data is None or q.data.of != "reply" or letter is None:
        return None
    closed = q.case.state == State.CLOSED and letter.live and isinstance(q.data, FailService)
    if not closed and not _stands_by_its_paper(q.case, letter):
        return None
    told = {"made_on": q.case.decided_on}
    if isinstance(q.data, FailService):
        undone = _undoes_reply(q.case, letter, q.data, q.on, closed=closed)
        return Finding("reply_not_made", told, ("closed_reply_" if closed else "reply_") + undone) if undone else None
    way = _way(q.data, q.on)
    handed = way is not None and _counts(q.data, way, q.live) and (way.handed or not _carried(q.data, way))
    to_sign = handed and letter.left_on is None
    return Finding("reply_not_made", told, "reply_to_be_signed") if to_sign else None


def _undoes_reply(case: Case, letter: Letter, data: FailService, on: date, *, closed: bool) -> str:
    """Why the reply turns out not to have been made, by an attempt that failed; empty where it stands."""
    others = [trip for trip in letter.trips if trip is not _failed(letter, data, on)]
    made_otherwise = not closed and any(not trip.handed and trip.why != "bounced" for trip in others)
    if data.reason == "bounced":
        told = letter.served_on is not None and not letter.by_sending
        return "" if told or made_otherwise or not (closed or goes_online(case.delivery, on)) else "bounced"
    return "voided" if data.reason == "voided" and letter.served_on is None and not made_otherwise else ""


def _stands_by_its_paper(case: Case, letter: Letter) -> bool:
    """Whether what is recorded of the paper of a reply decides if it has been made: not where the applicant has it."""
    return letter.live and case.state == State.REPLIED and not case.remedies


def _way(data: Dispatch | Serve, on: date) -> WayRule | None:
    return way_on(data.method or "", on)


def _carried(data: Dispatch, way: WayRule | None) -> bool:
    return way is None or data.carrier is None or way.may_carry(data.carrier)


def _counts(data: Dispatch | Serve, way: WayRule, live: bool) -> bool:
    """Whether the way does for the paper, with the record that it needs; the past has few."""
    needs = bool(way.papers) or (way.recorded and live)
    return way.will_do(data.of) and bool(data.proof or not needs)


def note_dispatch(case: Case, on: date, data: Dispatch, law: Law) -> None:
    """Records that the paper left; what is sent through the network is received that day."""
    letter, way = letter_of(case, data), _way(data, on)
    if way is None or not _counts(data, way, case.live):
        return
    handed = way.handed or not _carried(data, way)
    letter.trips.append(Trip(on, data.method, handed))
    if (way.sent_is_served or way.days_after) and letter.served_on is None:
        letter.served_on, letter.by_sending = on + timedelta(days=way.days_after), True
    follow(case, letter, on, law, by_dispatch=True)


def note_receipt(case: Case, on: date, data: Serve, law: Law) -> None:
    """Records that the addressee has the paper; the periods that run from its receipt start, or start again.

    What was published counts as received when its days have passed, from the day of its dispatch where there is one.
    Law: 民诉法 art. 95.
    """
    letter, way = letter_of(case, data), _way(data, on)
    if way is not None and not _counts(data, way, case.live):
        return
    letter.served_on = on
    if way is not None and way.days_after:
        published = min((trip.sent_on for trip in letter.trips if trip.way == data.method), default=on)
        letter.served_on = published + timedelta(days=way.days_after)
    letter.inferred = letter.deemed = letter.by_sending = letter.presumed = False
    follow(case, letter, on, law)


def note_return(case: Case, on: date, data: FailService, law: Law) -> None:
    """Records that an attempt failed; a service that only the sending had proved is undone.

    Of a paper that was voided before anybody had it, it is as if it had never been sent.
    Law: 法释〔2004〕13号 art. 11, by analogy: refused, or sent to the wrong address that the applicant gave (Q29); not
    what another carrier than the postal enterprise took.
    """
    letter = letter_of(case, data)
    if data.reason == "voided":
        _unsent(case, letter, on, data, law)
        return
    trip = _failed(letter, data, on)
    if trip is not None:
        trip.back_on, trip.why = on, data.reason
    own_address = data.of not in ("consultation", "third_party_decision")
    by_analogy = law.settings.reading("returned_mail", on) == "served" and own_address and not _by_courier(trip)
    if data.reason == "bounced":
        if letter.by_sending:
            letter.served_on, letter.by_sending = None, False
        if data.of in ("extension", "deferral"):
            _untell(case, letter, law)
        elif data.of == "reply" and goes_online(case.delivery, on):
            _unsend(case, letter)
    elif data.reason in ("refused", "wrong_address") and by_analogy and letter.served_on is None:
        letter.served_on, letter.deemed = on, True
    follow(case, letter, on, law)


def _unsent(case: Case, letter: Letter, on: date, data: FailService, law: Law) -> None:
    """Takes the sending of a voided paper back with all that followed from it; what somebody has stays as it is.

    The paper may be one that another has replaced since.
    """
    same = [one for one in reversed(case.letters) if (one.of, one.ref) == (letter.of, letter.ref)]
    held = next((one for one in same if any(trip.sent_on == data.sent_on for trip in one.trips)), letter)
    trip = _failed(held, data, on)
    if trip is None or held.served_on is not None:
        return
    held.trips.remove(trip)
    if held is not letter and held.left_on is None:
        forget_stand(case, letter)
    if data.of in ("extension", "deferral"):
        _untell(case, letter, law)
    elif data.of == "reply":
        _unsend(case, letter)
    follow(case, letter, on, law)


def _untell(case: Case, letter: Letter, law: Law, *, again: bool = True) -> None:
    """Takes an extension or a deferral back of which the applicant turns out not to have been told in time."""
    take_back = take_back_telling if letter.of == "extension" else take_back_deferral
    take_back(case, letter.told_on, law, again=again)


def _by_courier(trip: Trip | None) -> bool:
    """Whether that was a letter that another carrier took than the law allows."""
    way = way_on(trip.way, trip.sent_on) if trip is not None else None
    return trip is not None and way is not None and trip.handed and not way.handed


def _failed(letter: Letter, data: FailService, on: date) -> Trip | None:
    """The attempt that failed: the one of the day that is told, else the last one.

    What bounced is the last that was sent through the network.
    """
    trips = [trip for trip in letter.trips if data.sent_on in (None, trip.sent_on)] or letter.trips
    sent = [trip for trip in trips if goes_online(trip.way, on)]
    if data.reason == "bounced" and sent:
        return sent[-1]
    return trips[-1] if trips else None


def follow(case: Case, letter: Letter, on: date, law: Law, *, by_dispatch: bool = False) -> None:
    """What a fact about a paper does to the periods that hang on it."""
    if letter.of == "consultation":
        found = case.consultation(letter.ref)
        period = case.last_period("consultation", letter.ref)
        if found is not None:
            count_consultation(case, found, law)
        if period is not None and period.ending == "lapsed":
            case.mark_early(f"consultation:{letter.ref}", early=period.was_early())
    elif letter.of == "correction":
        count_correction(case, law)
    elif letter.of == "fee":
        count_payment(case, law)
    elif letter.of == "reasons":
        count_reasons(case, law)
    elif letter.of in ("extension", "deferral"):
        (tell_of_extension if letter.of == "extension" else tell_of_deferral)(case, letter.told_on, law)
        if not letter.live and letter.told_on is not None:
            _untell(case, letter, law, again=False)
    elif letter.of == "reply":
        _follow_reply(case, letter, on, law, by_dispatch=by_dispatch)
        if case.state != State.DECIDED or case.decided_on is not None:
            note_service(case, letter.served_on, law)
    elif letter.of == "discontinuation":
        note_service(case, letter.served_on, law)


def _follow_reply(case: Case, letter: Letter, on: date, law: Law, *, by_dispatch: bool) -> None:
    """Makes a decided reply when it goes out, or when it is there; a later day than the recorded one replaces it.

    By post and through the network the dispatch counts; by hand, through another organ and with another carrier the
    signature: until then a reply that was typed as made is only decided. What is sent to somebody who has it already
    moves nothing. In a record of the past the day of the reply stands, but where it was handed over.
    Law: 国办公开办函〔2016〕235号 points 2, 4.
    """
    sent = [trip for trip in letter.trips if not trip.handed and trip.why != "bounced"]
    first = sent[0].sent_on if sent else letter.served_on
    if case.state == State.DECIDED:
        if first is not None:
            case.delivery = _delivery(letter, case.delivery)
            go_out(case, on, law)
        return
    if by_dispatch and first is None and _stands_by_its_paper(case, letter):
        unmake(case)  # it was typed as made, and left to be signed for
    if case.decided_on is None or first is None or first <= case.decided_on:
        return
    by_hand = _signed(case.delivery, on) and (letter.live or not sent)
    signed = letter.served_on == on and (by_hand or (letter.live and bool(letter.trips) and not sent))
    had = letter.live and letter.served_on is not None and letter.served_on <= case.decided_on
    if signed or (by_dispatch and letter.live and first == on and not had):
        _make_later(case, first)


def _signed(delivery: str, on: date) -> bool:
    way = way_on(delivery, on)
    return way is not None and way.made_on == "signed"


def _delivery(letter: Letter, planned: str) -> str:
    """The way by which a reply went out, where a reply can name it."""
    used = letter.trips[-1].way if letter.trips else planned
    return used if used in DELIVERY.words else planned or next(iter(DELIVERY.words))


def _unsend(case: Case, letter: Letter) -> None:
    """Undoes a reply of live work that nothing else had made than what bounced, or was voided before anybody had it.

    It is decided, and has not gone out. What was sent or received otherwise makes it on that day. Where the applicant
    contests it, it stands.
    """
    if not _stands_by_its_paper(case, letter):
        return
    if letter.told_on is None:
        unmake(case)
    elif case.decided_on is not None and letter.told_on > case.decided_on:
        _make_later(case, letter.told_on)


def _make_later(case: Case, on: date) -> None:
    """Moves the day of the reply to that on which it was made after all.

    Law: 国办公开办函〔2016〕235号 point 4.
    """
    period = case.last_period("reply")
    if period is not None and period.ended_on == case.decided_on and period.ending in ("met", "missed"):
        period.ended_on = period.ending = None
        period.end(on)
    if case.first_on == case.decided_on:
        case.first_on = on
    case.decided_on = on


def extension_told(turn: Turn[Case]) -> bool:
    """Whether an extension has taken effect."""
    return turn.row.stood == State.EXTENDED


def extension_untold(turn: Turn[Case]) -> bool:
    """Whether an extension has turned out not to have been told of."""
    return turn.row.stood != State.EXTENDED


def reply_made(turn: Turn[Case]) -> bool:
    """Whether the reply that was decided has been made."""
    return turn.row.decided_on is not None


def reply_undone(turn: Turn[Case]) -> bool:
    """Whether what had made the reply has turned out to make none: a mail that bounced, a letter still to be signed."""
    return turn.row.decided_on is None


_OUT = (
    *lead([State.EXTENDED], State.ACCEPTED, extension_untold),
    *lead([State.DECIDED], State.REPLIED, reply_made),
    *lead([State.REPLIED], State.DECIDED, reply_undone),
    *lead([State.RECEIVED, State.ACCEPTED], State.EXTENDED, extension_told),
    *stay(KNOWN),
)

dispatch = Move(
    name="dispatch",
    title="寄出",
    description="文书寄出、发出或者送出的日子；邮寄的算到交邮之日。",
    article="reply_made_on",
    data=Dispatch,
    arrows=_OUT,
    conditions=(
        paper_made,
        by_the_postal_enterprise,
        way_will_do,
        way_was_chosen,
        other_ways_failed,
        not_served_yet,
        extension_told_in_time,
        correction_told_in_time,
        reply_not_yet_made,
    ),
    effect=note_dispatch,
    fact=True,
)
serve = Move(
    name="serve",
    title="送达",
    description="对方收到文书的日子，从收到起算的期限从此起算。",
    article="review_application",
    data=Serve,
    arrows=_OUT,
    conditions=(
        paper_made,
        way_will_do,
        way_was_chosen,
        other_ways_failed,
        served_once,
        extension_told_in_time,
        correction_told_in_time,
    ),
    effect=note_receipt,
    fact=True,
    words=("签收",),
)
fail_service = Move(
    name="fail_service",
    title="退件",
    description="寄出的文书被退回，或者没有送到；写明原因。",
    article="service_returned",
    data=FailService,
    arrows=_OUT,
    conditions=(paper_made, paper_was_sent, not_served_yet, reply_not_yet_made),
    effect=note_return,
    fact=True,
    words=("退回",),
)
