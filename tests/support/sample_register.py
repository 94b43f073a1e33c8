"""The sample register docs/sample/register.xlsx: three years of an invented county bureau of water resources.

Every name, number and address is made up; telephone numbers are of no network, identity numbers have a wrong
check digit. ``python tests/support/sample_register.py [FILE]`` writes it again, byte for byte the same.
"""

import io
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from disclosure.states.calendar.calendar import Calendar
from disclosure.workflow.register.columns import Column, ColumnKind, choices, columns

AS_OF = date(2026, 11, 23)
SAMPLE = Path(__file__).parents[2] / "docs" / "sample" / "register.xlsx"
AGENCY = "青禾县水务局"

_DUE = frozenset({"correction_due_on", "consulted_due_on", "reasons_due_on"})
_STAMP = (2026, 11, 23, 12, 0, 0)
_LEFT_OUT = frozenset(
    {
        "serial",
        "year",
        "applicant_email",
        "reasons_accepted",
        "reasons_given_on",
        "deferred_on",
        "deferred_until",
        "deferral_sent_on",
        "deferral_served_on",
        "reasons_sent_on",
        "reasons_served_on",
        "third_party_sent_on",
        "third_party_served_on",
        "review_procedure",
    }
)
_PEOPLE = (
    "甄一禾",
    "尚小满",
    "芈立春",
    "阙青",
    "苌河",
    "亓白露",
    "郗谷雨",
    "逄望",
    "笪秋",
    "仉言",
    "佴春",
    "禚夏",
)
_ORGANISATIONS = {
    "org_commercial": ("青禾县一方建设有限公司", "云泽虚谷农业有限公司"),
    "org_research": ("云泽虚谷水利研究所", "青禾大学"),
    "org_public_interest": ("青禾清流志愿者协会",),
    "org_legal_service": ("云泽言几律师事务所", "青禾县法律服务所"),
    "org_other": ("青禾县柳湾村村民委员会",),
}
_SUBJECTS = (
    "水库除险加固工程批复文件",
    "取水许可台账",
    "河道采砂规划",
    "防汛物资采购合同",
    "农村饮水工程验收报告",
    "水土保持补偿费征收标准",
    "灌区改造项目资金拨付明细",
    "涉河建设项目审批文件",
    "水资源论证报告书批复",
    "河长制考核结果",
)
_HANDLERS = ("何知", "水禾田", "季规")
_DEPARTMENTS = ("办公室", "水资源科", "规划建设科")
_GROUNDS = {
    "granted": "《条例》第三十六条第（二）项",
    "partial": "《条例》第三十七条",
    "denied_state_secret": "《条例》第十四条",
    "denied_law_forbids": "《条例》第十四条",
    "denied_3s1s": "《条例》第十四条",
    "denied_third_party": "《条例》第十五条、第三十二条",
    "denied_internal": "《条例》第十六条第一款",
    "denied_process": "《条例》第十六条第二款",
    "denied_enforcement_file": "《条例》第十六条第二款",
    "denied_admin_query": "《条例》第三十六条第（七）项",
    "unable_not_held": "《条例》第三十六条第（四）项",
    "unable_need_create": "《条例》第三十八条",
    "unable_still_unclear": "《条例》第三十条",
    "noproc_petition": "《条例》第三十九条第一款",
    "noproc_duplicate": "《条例》第三十六条第（六）项",
    "noproc_publication": "《条例》第三十九条第二款",
    "noproc_massive": "《条例》第三十五条",
}
_CALENDAR = Calendar.official()

# One line a case: year and number, day of receipt, channel, kind of applicant, outcome, working days until it
# (from the restart, where there is one), and what else happened. Days after AS_OF haven't happened yet.
_Plan = tuple[str, str, str, str, str, int, dict[str, Any]]
_PLANS: tuple[_Plan, ...] = (
    ("2024-031", "2024-12-05", "in_person", "natural_person", "granted", 19, {}),
    ("2024-032", "2024-12-12", "online", "org_commercial", "unable_not_held", 20, {}),
    ("2024-033", "2024-12-18", "signed_mail", "natural_person", "partial", 24, {"extended": 10}),
    (
        "2024-034",
        "2024-12-27",
        "fax",
        "org_legal_service",
        "denied_process",
        18,
        {"review": ("upheld", 40), "suit": ("claim_dismissed", 90, "same")},
    ),
    ("2025-001", "2025-01-06", "online", "natural_person", "granted", 12, {}),
    (
        "2025-002",
        "2025-01-14",
        "signed_mail",
        "org_commercial",
        "partial",
        28,
        {"consulted": ("third_party", "objects", 9)},
    ),
    (
        "2025-003",
        "2025-01-26",
        "in_person",
        "natural_person",
        "denied_state_secret",
        20,
        {"review": ("claim_rejected", 45)},
    ),
    ("2025-004", "2025-02-07", "online", "org_legal_service", "denied_law_forbids", 17, {"review": ("revoked", 50)}),
    ("2025-005", "2025-02-19", "ordinary_mail", "natural_person", "denied_3s1s", 19, {}),
    (
        "2025-006",
        "2025-03-03",
        "oral",
        "natural_person",
        "denied_third_party",
        30,
        {"consulted": ("third_party", "lapsed", 17)},
    ),
    ("2025-007", "2025-03-11", "online", "org_research", "denied_internal", 15, {}),
    ("2025-008", "2025-03-20", "signed_mail", "natural_person", "denied_process", 20, {"review": ("changed", 38)}),
    (
        "2025-009",
        "2025-04-01",
        "in_person",
        "natural_person",
        "denied_enforcement_file",
        18,
        {"review": ("withdrawn", 12)},
    ),
    ("2025-010", "2025-04-10", "fax", "org_other", "denied_admin_query", 6, {}),
    ("2025-011", "2025-04-22", "online", "natural_person", "unable_not_held", 16, {"suit": ("withdrawn", 60, None)}),
    ("2025-012", "2025-04-28", "online", "org_public_interest", "unable_need_create", 20, {}),
    ("2025-013", "2025-05-08", "signed_mail", "natural_person", "unable_still_unclear", 11, {"corrected": (4, 10)}),
    ("2025-014", "2025-05-19", "online", "natural_person", "noproc_petition", 9, {"review": ("not_accepted", 4)}),
    ("2025-015", "2025-06-03", "online", "natural_person", "noproc_duplicate", 7, {}),
    ("2025-016", "2025-06-12", "in_person", "org_research", "noproc_publication", 3, {}),
    ("2025-017", "2025-06-20", "signed_mail", "natural_person", "noproc_massive", 20, {"reasons": 3}),
    ("2025-018", "2025-07-01", "online", "org_legal_service", "noproc_confirm", 8, {}),
    ("2025-019", "2025-07-09", "online", "natural_person", "other_no_correction", 0, {"corrected": (5, None)}),
    (
        "2025-020",
        "2025-07-18",
        "signed_mail",
        "org_commercial",
        "other_no_payment",
        0,
        {"charged": ("pages", 754, None)},
    ),
    ("2025-021", "2025-07-29", "online", "natural_person", "withdraw", 5, {}),
    ("2025-022", "2025-08-06", "in_person", "natural_person", "discontinue", 4, {}),
    ("2025-023", "2025-08-14", "online", "org_other", "other_misc", 10, {}),
    ("2025-024", "2025-08-25", "signed_mail", "natural_person", "granted", 14, {"charged": ("pages", 109, 6)}),
    ("2025-025", "2025-09-03", "online", "natural_person", "granted", 20, {"corrected": (6, 8)}),
    ("2025-026", "2025-09-12", "ordinary_mail", "natural_person", "partial", 36, {"extended": 20}),
    ("2025-027", "2025-09-26", "online", "org_commercial", "granted", 23, {}),  # late
    ("2025-028", "2025-09-28", "in_person", "natural_person", "unable_not_held", 20, {"review": ("unlawful", 42)}),
    (
        "2025-029",
        "2025-10-15",
        "online",
        "natural_person",
        "denied_process",
        25,
        {"consulted": ("other_organ", "agrees", 6), "review": ("ordered", 30)},
    ),
    (
        "2025-030",
        "2025-10-27",
        "signed_mail",
        "org_legal_service",
        "granted",
        34,
        {"consulted": ("co_author", "lapsed", 17)},
    ),
    ("2025-031", "2025-11-06", "fax", "natural_person", "noproc_petition", 12, {"suit": ("not_docketed", 20, None)}),
    ("2025-032", "2025-11-18", "online", "org_public_interest", "granted", 19, {}),
    (
        "2025-033",
        "2025-12-01",
        "online",
        "natural_person",
        "unable_not_held",
        19,
        {"review": ("upheld", 44), "suit": ("revoked", 75, "same")},
    ),
    ("2025-034", "2025-12-12", "signed_mail", "natural_person", "granted", 20, {}),
    ("2025-035", "2025-12-24", "oral", "natural_person", "denied_internal", 17, {"review": ("mediated", 25)}),
    ("2026-001", "2026-01-05", "online", "natural_person", "granted", 11, {}),
    ("2026-002", "2026-01-16", "in_person", "org_commercial", "denied_enforcement_file", 20, {"review": ("void", 46)}),
    (
        "2026-003",
        "2026-02-06",
        "signed_mail",
        "natural_person",
        "partial",
        20,
        {"review": ("application_rejected", 18)},
    ),
    ("2026-004", "2026-02-25", "online", "natural_person", "other_no_correction", 0, {"corrected": (7, None)}),
    ("2026-005", "2026-03-09", "online", "org_research", "granted", 18, {"corrected": (3, 6)}),
    (
        "2026-006",
        "2026-03-19",
        "signed_mail",
        "natural_person",
        "denied_third_party",
        24,
        {"consulted": ("third_party", "partly", 8), "suit": ("ordered", 70, None)},
    ),
    ("2026-007", "2026-03-31", "fax", "natural_person", "unable_need_create", 26, {"extended": 15}),
    (
        "2026-008",
        "2026-04-13",
        "online",
        "natural_person",
        "noproc_duplicate",
        6,
        {"suit": ("suit_rejected", 55, "same")},
    ),
    ("2026-009", "2026-04-27", "in_person", "natural_person", "granted", 22, {}),  # late
    ("2026-010", "2026-05-11", "online", "org_legal_service", "withdraw", 8, {}),
    (
        "2026-011",
        "2026-05-25",
        "signed_mail",
        "natural_person",
        "other_no_payment",
        0,
        {"charged": ("items", 31, None)},
    ),
    ("2026-012", "2026-06-08", "online", "natural_person", "unable_not_held", 17, {"review": ("terminated", 30)}),
    ("2026-013", "2026-06-24", "ordinary_mail", "org_other", "granted", 15, {}),
    (
        "2026-014",
        "2026-07-07",
        "online",
        "natural_person",
        "denied_3s1s",
        20,
        {"review": ("upheld", 40), "suit": (None, 0, None)},
    ),
    ("2026-015", "2026-07-22", "signed_mail", "natural_person", "granted", 13, {}),
    ("2026-016", "2026-08-12", "online", "natural_person", "partial", 19, {"review": (None, 0)}),
    ("2026-017", "2026-09-02", "in_person", "org_commercial", "granted", 12, {"charged": ("pages", 72, 4)}),
    ("2026-018", "2026-09-16", "online", "natural_person", "noproc_petition", 10, {"suit": (None, 0, None)}),
    ("2026-019", "2026-09-25", "signed_mail", "natural_person", "unable_not_held", 18, {}),
    # open as at AS_OF
    ("2026-020", "2026-10-12", "online", "natural_person", "", 0, {}),  # overdue
    ("2026-021", "2026-10-26", "in_person", "org_commercial", "", 0, {}),  # due that day
    ("2026-022", "2026-10-28", "signed_mail", "natural_person", "", 0, {}),  # two days left
    ("2026-023", "2026-11-02", "online", "org_legal_service", "", 0, {}),
    ("2026-024", "2026-11-12", "online", "natural_person", "", 0, {}),
    ("2026-025", "2026-10-16", "signed_mail", "natural_person", "", 0, {"extended": 20}),
    ("2026-026", "2026-10-30", "online", "org_research", "", 0, {"consulted": ("third_party", None, 0)}),
    ("2026-027", "2026-11-09", "online", "natural_person", "", 0, {"corrected": (5, None)}),
    ("2026-028", "2026-11-04", "signed_mail", "org_public_interest", "", 0, {"charged": ("pages", 150, None)}),
    ("2026-029", "2026-11-18", "online", "natural_person", "unconfirmed", 0, {}),
)


def rows() -> list[dict[str, Any]]:
    """The sample's rows: column key to what is typed, with the template's names for choices."""
    return [_row(number, plan) for number, plan in enumerate(_PLANS)]


def _after(day: date, working_days: int) -> date:
    return _CALENDAR.add(day, working_days)


def _row(number: int, plan: _Plan) -> dict[str, Any]:
    case, received_on, channel, kind, outcome, days, more = plan
    received = date.fromisoformat(received_on)
    row = {
        "case": case,
        "received_on": received,
        "channel": channel,
        "applicant_kind": kind,
        **_applicant(number, kind),
        "information": f"{received.year - 1}年度{_SUBJECTS[number % 10]}",
    }
    if channel in ("online", "fax", "ordinary_mail"):
        row["submitted_on"] = received - timedelta(days=0 if channel == "ordinary_mail" else number % 3)
    if outcome == "unconfirmed":
        del row["received_on"]
        return row
    row["handler"], row["department"] = _HANDLERS[number % 3], _DEPARTMENTS[number % 3]
    if number % 2:
        row["accepted_on"] = _after(received, 1)
    restart = max([received, *_steps(row, received, more)])
    if outcome:
        _end(row, restart, outcome, days)
    _remedies(row, more)
    return {key: value for key, value in row.items() if key in _DUE or not _is_future(value)}


def _is_future(value: Any) -> bool:
    return isinstance(value, date) and value > AS_OF


def _applicant(number: int, kind: str) -> dict[str, Any]:
    if kind == "natural_person":
        return {
            "applicant_name": _PEOPLE[number % len(_PEOPLE)],
            "applicant_id": _false_identity(number),
            "applicant_phone": f"1000000{number:04d}",
            "applicant_address": f"青禾县柳湾镇虚谷路{number + 1}号",
        }
    names = _ORGANISATIONS[kind]
    return {"applicant_name": names[number % len(names)], "applicant_phone": f"0000-5550{number:03d}"}


def _false_identity(number: int) -> str:
    """An identity number of no region, with the check digit after the right one."""
    digits = f"00000019800101{number:03d}"
    right = (1 - sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits))) % 11
    return f"{digits}{(right + 1) % 10}"


def _steps(row: dict[str, Any], received: date, more: Mapping[str, Any]) -> Iterator[date]:
    """Fill in what happened before the ending; yields the days from which the reply period starts again."""
    if "corrected" in more:
        asked, corrected = more["corrected"]
        notice = _after(received, asked)
        row |= {"correction_asked_on": notice, "correction_items": "请写明所需文件的名称或者文号；请提供身份证明"}
        if _by_post(row):
            row |= {"correction_days": 15, **_posted("correction", notice)}
        else:
            row["correction_due_on"] = _after(notice, 15)
        if corrected is not None:
            row["corrected_on"] = _after(notice, corrected)
            yield row["corrected_on"]
    if "reasons" in more:
        asked_on = _after(received, more["reasons"])
        row |= {"reasons_asked_on": asked_on, "reasons_due_on": _after(asked_on, 10)}
    if "consulted" in more:
        _consult(row, received, *more["consulted"])
    if "extended" in more:
        row |= {
            "extended_on": _after(received, 16),
            "extension_days": more["extended"],
            "extension_reason": "档案需要从县档案馆调阅",
            "extension_approved_by": "局长尚禾",
        }
        if _by_post(row):
            row |= _posted("extension", row["extended_on"])
    if "charged" in more:
        basis, quantity, paid = more["charged"]
        notice = _after(received, 5)
        row |= {
            "charged_on": notice,
            "charge_sent_on": notice,
            "charge_served_on": _after(notice, 1),
            "charge_basis": basis,
            "charge_quantity": quantity,
        }
        if paid is not None:
            row["paid_on"] = _after(notice, paid)
            yield row["paid_on"]


def _by_post(row: Mapping[str, Any]) -> bool:
    return row["channel"] in ("signed_mail", "ordinary_mail")


def _posted(paper: str, sent: date) -> dict[str, date]:
    return {f"{paper}_sent_on": sent, f"{paper}_served_on": _after(sent, 2)}


def _consult(row: dict[str, Any], received: date, with_whom: str, opinion: str | None, days: int) -> None:
    names = {
        "third_party": "青禾县一方建设有限公司",
        "co_author": "青禾县虚谷局",
        "other_organ": "青禾县言几办公室",
    }
    sent = _after(received, 4)
    row |= {
        "consulted_with": with_whom,
        "consulted_name": names[with_whom],
        "consulted_on": sent,
        "consulted_sent_on": sent,
        "consulted_served_on": _after(sent, 1),
    }
    if with_whom == "other_organ":
        row["consulted_due_on"] = _after(sent, 10)
    if opinion is not None:
        row |= {"opinion": opinion, "opinion_on": _after(sent, days)}
    if opinion == "objects":
        row["opinion_reason"] = "涉及商业秘密"


def _end(row: dict[str, Any], start: date, outcome: str, days: int) -> None:
    if outcome == "other_no_correction":
        ended = _after(row["correction_due_on"], 2)
    elif outcome == "other_no_payment":
        ended = _after(row["charge_served_on"], 22)
    else:
        ended = _after(start, days)
    row |= {"ended_on": ended, "outcome": outcome, "closed_on": _after(ended, 12)}
    if outcome == "withdraw":
        row["ground"] = "申请人书面撤回"
    elif outcome == "discontinue":
        row["ground"] = "与同日所收同一申请合并办理"
    elif not outcome.startswith("other_no"):
        usual = "email" if row["case"].endswith("2") else "online"
        row["delivery"] = {"in_person": "in_person", "oral": "in_person", "online": usual, "fax": "fax"}.get(
            row["channel"], "post"
        )
        row["served_on"] = _after(ended, 2 if row["delivery"] == "post" else 0)
        if row["delivery"] == "post":
            row["reply_sent_on"] = ended
        row["ground"] = _GROUNDS.get(outcome, "")


def _remedies(row: dict[str, Any], more: Mapping[str, Any]) -> None:
    if "review" in more:
        result, days = more["review"]
        filed = _after(row["served_on"], 15)
        row |= {"review_filed_on": filed, "review_organ": "青禾县人民政府"}
        if result not in ("not_accepted", "application_rejected"):
            row["review_notified_on"] = _after(filed, 8)
            row["review_answered_on"] = _after(filed, 16)
        if result is not None:
            decided = max(_after(filed, days), row.get("review_answered_on", filed))
            row |= {"review_decided_on": decided, "review_result": result}
    if "suit" in more:
        _suit(row, "review" in more, *more["suit"])


def _suit(row: dict[str, Any], after_review: bool, result: str | None, days: int, final: str | None) -> None:
    filed = _after(row["review_decided_on"], 8) if after_review else _after(row["served_on"], 20)
    row |= {"suit_filed_on": filed, "suit_after_review": "yes" if after_review else "no"}
    if result != "not_docketed":
        row |= {"suit_notified_on": _after(filed, 7), "suit_answered_on": _after(filed, 15)}
    if result is not None:
        row |= {"suit_judged_on": _after(filed, days), "suit_result": result}
    if final is not None:
        appealed = _after(row["suit_judged_on"], 6)
        row |= {
            "suit_appealed_on": appealed,
            "suit_final_on": _after(appealed, 45),
            "suit_final_result": final,
        }


def workbook_bytes() -> bytes:
    """The workbook: one sheet a year, with a title above the header and a total at the end."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    filled = rows()
    used = [column for column in columns().values() if column.key not in _LEFT_OUT]
    for year in sorted({row["case"][:4] for row in filled}):
        _sheet(
            book.create_sheet(f"{year}年"),
            year,
            used,
            [row for row in filled if row["case"].startswith(year)],
        )
    raw = io.BytesIO()
    book.save(raw)
    return _stable(raw.getvalue())


def _sheet(sheet: Any, year: str, used: list[Column], filled: list[dict[str, Any]]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet.append([f"{AGENCY}{year}年政府信息依申请公开登记台账"])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(used))
    sheet["A1"].font = Font(bold=True, size=16)
    sheet.append([column.header for column in used])
    for cell in sheet[2]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDEBF7")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for row in filled:
        sheet.append([_typed(row.get(column.key), column) for column in used])
    sheet.append(["合计", f"{len(filled)}件"])
    for index, column in enumerate(used, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = column.width
        if column.kind is ColumnKind.DATE:
            for (cell,) in sheet.iter_rows(min_row=3, min_col=index, max_col=index):
                cell.number_format = "yyyy-mm-dd"
    sheet.freeze_panes = "B3"


def _typed(value: Any, column: Column) -> Any:
    return choices()[column.choice].shown(value) if column.choice and value is not None else value


def _stable(raw: bytes) -> bytes:
    """The same workbook without the clock: fixed times inside, and on every member of the archive."""
    stable = io.BytesIO()
    stamp = "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}Z".format(*_STAMP)
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(stable, "w") as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp.encode(), content)
            member = zipfile.ZipInfo(name, _STAMP)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            target.writestr(member, content)
    return stable.getvalue()


def main() -> None:
    """Write the sample where it belongs, or into the file named."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(workbook_bytes())


if __name__ == "__main__":
    main()
