"""What notices say about the office itself."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Agency:
    """An office's particulars; ``kind`` decides who reviews it, organ and court are named by the office.

    ``review_organ_also`` is the other government that may review, where the law knows one (a branch by district).

    ``signing_body`` signs, ``seal_name`` is the seal's text and ``respondent`` answers in reviews and suits:
    each the office itself unless set. ``code`` stands in the numbers of its documents.
    Law: 复议法 arts. 24-28; the court's jurisdiction is local.
    """

    name: str = ""
    kind: str = ""
    office: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    review_organ: str = ""
    review_organ_also: str = ""
    court: str = ""
    online_review: str = ""
    code: str = ""
    signing_body: str = ""
    seal_name: str = ""
    respondent: str = ""
    representative: str = ""
    payment: str = ""


FIELDS = tuple(item.name for item in fields(Agency))
