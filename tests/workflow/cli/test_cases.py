"""Working cases by hand: moves, what is due and why, what can be done, corrections of the record."""

from datetime import UTC, date, datetime, timedelta

from desk import SUBMIT, opened, work

from disclosure.states.procedure.catalogue import moves


def test_a_move_says_where_the_case_stands_and_until_when(cli):
    answer = cli("move", "2024-017", *SUBMIT, "--at", "2024-03-01", "--format", "json")
    assert (answer.json["state"], answer.json["due_on"]) == ("received", "2024-03-29")
    assert "2024-03-29" in cli("move", "2024-017", "accept", "--at", "2024-03-01").out


def test_a_step_that_was_typed_under_a_stated_day_holds_the_real_moment(cli):
    before = datetime.now(UTC).isoformat(timespec="milliseconds")
    cli("move", "2024-017", *SUBMIT, "--at", "2024-03-01")  # under the day that these tests state
    (step,) = cli.json("show", "2024-017")["history"]
    assert step["recorded_at"].startswith("2024-06-03")
    assert before <= step["entered_at"] <= datetime.now(UTC).isoformat(timespec="milliseconds")


def test_a_preview_tells_what_would_change_and_writes_nothing(cli):
    case = opened(cli)
    before = cli.json("show", case)
    found = cli.json(
        "move",
        case,
        "extend",
        "--at",
        "2024-03-15",
        "--data",
        "days=20",
        "--data",
        "reason=多",
        "--data",
        "approved_by=主任",
        "--dry-run",
    )
    due = [item["due_on"] for item in found["after"]["periods"] if item["rule"] == "reply"]
    assert due == ["2024-03-29"], "until the applicant is told"
    assert found["after"]["periods"][0]["pending"]["due_on"] == "2024-04-28"
    assert [item["kind"] for item in found["notices"]] != []
    assert cli.json("show", case) == before
    assert (
        "2024-04-28"
        in cli(
            "move",
            case,
            "extend",
            "--at",
            "2024-03-15",
            "--data",
            "days=20",
            "--data",
            "reason=多",
            "--data",
            "approved_by=主任",
            "--dry-run",
        ).out
    )


def test_a_preview_of_a_refused_move_is_refused(cli):
    case = opened(cli)
    answer = cli("move", case, "pay", "--dry-run", "--format", "json")
    assert (answer.status, answer.json["refused"]["code"]) == (1, "move_not_allowed")


def test_a_refusal_names_what_leads_on(cli):
    case = opened(cli)
    ask = ("move", case, "request_correction", "--at", "2024-03-05", "--data", "items=文号", "--data", "days=5")
    assert cli(*ask).status == 0
    refused = cli("move", case, "视为放弃", "--at", "2024-03-20", "--format", "json").json["refused"]
    assert (refused["code"], "登记“送达”" in refused["mend"]) == ("service_unproved", True)
    answer = cli("move", case, "extend", "--data", "days=5", "--data", "reason=多", "--data", "approved_by=主任")
    assert "怎样满足：可以先做：“收到补正”、“撤销补正”" in answer.err


def test_a_step_is_shown_in_the_words_of_its_move(cli):
    case = opened(cli)
    sent = ("寄出", "2024-03-04", "文书=收件回执", "送达方式=邮寄", "承运单位=EMS")
    work(cli, case, sent)
    shown = "".join(cli("show", case).out.split())
    assert "文书=收件回执" in shown and "送达方式=邮寄" in shown and "承运单位=邮政特快专递" in shown
    assert "延长的工作日数days" in "".join(cli("why", case, today="2024-03-05").out.split())


def test_show_has_the_shape_of_the_contract(cli):
    case = opened(cli)
    work(
        cli,
        case,
        ("reply", "2024-03-20", "outcome=denied_state_secret", "delivery=post"),
        ("serve", "2024-03-22"),
        ("file_review", "2024-04-01", "id=R1"),
    )
    found = cli.json("show", case)
    assert {
        "case",
        "state",
        "received_on",
        "outcome",
        "periods",
        "remedies",
        "remedy_route",
        "notices",
        "history",
    } <= set(found)
    for period in found["periods"]:
        assert {"rule", "starts_on", "due_on", "status", "days_left", "provisional", "source"} <= set(period)
    starts = [period["starts_on"] for period in found["periods"]]
    assert starts == sorted(starts)
    assert found["remedy_route"] == "review_first"
    assert found["remedies"] == [
        {"id": "R1", "kind": "review", "state": "filed", "result": None, "counted_as": "review_pending"}
    ]


def test_personal_data_are_masked_unless_they_are_asked_for(cli):
    case = opened(cli)
    for arguments in (["show", case], ["show", case, "--format", "json"], ["due"], ["explain", case]):
        shown = cli(*arguments).out
        assert "欧阳小明" not in shown
        assert "13800138000" not in shown
    assert "欧阳小明" in cli("show", case, "--unmasked", "--format", "json").out


def test_as_of_shows_the_end_of_an_earlier_day(cli):
    case = opened(cli)
    work(cli, case, ("reply", "2024-03-20", "answer=O02", "delivery=post"))
    assert cli.json("show", case, "--as-of", "2024-03-19")["state"] == "accepted"
    assert cli.json("show", case, "--as-of", "2024-03-20")["state"] == "replied"
    before = cli("show", case, "--as-of", "2024-02-29")
    assert before.status == 2
    assert "2024-02-29" in before.err


def test_the_ledger_has_every_day_and_its_last_number_is_the_period(cli):
    case = opened(cli, at="2024-02-08")
    found = cli.json("explain", case)
    days = [date.fromisoformat(day["date"]) for day in found["days"]]
    assert days == [date(2024, 2, 8) + timedelta(days=n) for n in range(len(days))]
    assert days[-1].isoformat() == found["due_on"] == "2024-03-13"
    assert found["days"][0]["why"] == "start"
    assert found["days"][-1]["n"] == 20
    assert {"holiday", "make_up_day", "working_day", "rest_day"} <= {day["why"] for day in found["days"]}
    assert all(day["source"] for day in found["days"])
    assert "2024-03-13" in cli("explain", case).out


def test_a_term_that_waits_for_a_service_is_told_in_words_and_without_days(cli):
    case = opened(cli)
    work(cli, case, ("reply", "2024-03-20", "answer=O02", "delivery=post"))
    found = cli.json("explain", case, "--rule", "review_application")
    assert (found["starts_on"], found["due_on"], found["days"]) == (None, None, [])
    told = cli("explain", case, "--rule", "review_application").out
    assert "还没有开始" in told and "2024-" not in told.removeprefix(case)
    assert cli("show", case).out.count("还没有开始") == 2


def test_beside_the_days_stand_the_standstill_and_the_extension_that_nobody_was_told_of(cli):
    case = opened(cli)
    work(cli, case, ("extend", "2024-03-11", "days=10", "reason=多", "approved_by=主任"))
    told = cli("explain", case, "--as-of", "2024-03-29").out
    assert "延长 10 个工作日" in told and "最迟 2024-03-29" in told and "2024-04-15 届满" in told
    late = ("--as-of", "2024-03-30")
    assert cli.json("explain", case, *late)["pending"] is None
    assert "不延长期限" in cli("show", case, *late).out and "最迟 2024-03-29" not in cli("show", case, *late).out
    assert "不延长期限" in cli("due", today="2024-04-01").out
    assert "2024-03-30 起逾期" in cli("explain", case, *late).out
    work(cli, case, ("request_correction", "2024-03-12", "items=某处", "days=10"))
    assert cli.json("explain", case)["standstill"] is None
    work(cli, case, ("dispatch", "2024-03-13", "of=correction", "method=post"))
    found = cli.json("explain", case, "--as-of", "2024-03-13")
    still = {"since": "2024-03-14", "until": None, "why": "correction", "source": found["standstill"]["source"]}
    assert found["standstill"] == still
    told = cli("explain", case, "--as-of", "2024-03-13").out
    assert "自 2024-03-14 起因等待补正停止计算" in told and "等待补正的时间，不计入" in told
    assert "2024-03-29 届满" not in told and "征求意见" not in told
    shown = cli("show", case, "--as-of", "2024-03-13").out
    assert "恢复后再定" in shown and "交邮" not in shown


def test_an_unknown_period_is_told_with_those_that_there_are(cli):
    case = opened(cli)
    answer = cli("explain", case, "--rule", "review_answer")
    assert answer.status == 2
    assert "reply" in answer.err


def test_a_case_over_new_year_is_provisional_beyond_the_announced_calendar(cli):
    case = opened(cli, at="2026-12-10")
    work(cli, case, ("extend", "2026-12-20", "days=20", "reason=多", "approved_by=主任"))
    work(cli, case, ("dispatch", "2026-12-21", "of=extension", "method=post"))
    period = cli.json("show", case, today="2026-12-21")["periods"][0]
    assert (period["rule"], period["provisional"]) == ("reply", True)
    assert cli.json("explain", case, today="2026-12-21")["days"][-1]["why"] == "unannounced"
    assert "暂" in cli("due", today="2026-12-21").out


def test_why_names_what_is_missing_with_its_article_and_what_would_mend_it(cli):
    case = opened(cli)
    found = {item["move"]: item for item in cli.json("why", case, today="2024-04-10")["moves"]}
    assert found["reply"]["available"]
    assert not found["extend"]["available"]
    unmet = found["extend"]["unmet"][0]
    assert "2024-03-29" in unmet["message"]
    assert "三十三条" in unmet["source"]
    assert unmet["mend"]
    assert [item["move"] for item in cli.json("why", case, "extend")["moves"]] == ["extend"]
    assert cli("why", case, "nonsense").status == 2


def test_why_agrees_with_what_the_move_itself_says(cli):
    case = opened(cli)
    for item in cli.json("why", case, today="2024-03-05")["moves"]:
        if not item["available"]:
            answer = cli("move", case, item["move"], "--at", "2024-03-05", "--dry-run", "--format", "json")
            assert answer.status == 1, item


def test_a_corrected_receipt_computes_everything_again(cli):
    case = opened(cli)
    work(cli, case, ("extend", "2024-03-15", "days=20", "reason=多", "approved_by=主任"))
    work(cli, case, ("dispatch", "2024-03-15", "of=extension", "method=post"))
    assert cli.json("show", case)["periods"][0]["due_on"] == "2024-04-28"
    work(cli, case, ("amend", "2024-03-16", "seq=1", "at=2024-02-29", "reason=收件日录错"))
    assert cli.json("show", case)["periods"][0]["due_on"] == "2024-04-26"
    assert cli.json("show", case)["received_on"] == "2024-02-29"
    assert len(cli.json("show", case)["history"]) == 5


def test_an_amendment_that_makes_a_later_move_impossible_is_refused(cli):
    case = opened(cli)
    work(cli, case, ("reply", "2024-03-20", "answer=O02", "delivery=post"))
    answer = cli(
        "move",
        case,
        "amend",
        "--at",
        "2024-03-21",
        "--data",
        "seq=1",
        "--data",
        "channel=online",
        "--data",
        "reason=x",
        "--data",
        'data={"channel": "online"}',
        "--format",
        "json",
    )
    assert answer.status == 1
    assert cli.json("show", case)["state"] == "replied"


def test_a_move_recorded_late_needs_its_reason_and_is_put_in_its_place(cli):
    case = opened(cli)
    work(cli, case, ("reply", "2024-04-10", "answer=O02", "delivery=post"))
    assert cli.json("show", case)["periods"][0]["status"] == "missed"
    early = (
        "move",
        case,
        "extend",
        "--at",
        "2024-03-20",
        "--data",
        "days=15",
        "--data",
        "reason=多",
        "--data",
        "approved_by=主任",
    )
    refused = cli(*early, "--format", "json")
    assert (refused.status, refused.json["refused"]["code"]) == (1, "out_of_order")
    assert cli(*early, "--data", "late_reason=当日未登记").status == 0
    work(cli, case, ("dispatch", "2024-03-20", "of=extension", "method=post"))
    assert cli.json("show", case)["periods"][0]["status"] == "missed", "until the proof is confirmed"
    work(cli, case, ("lift_breach", "2024-04-11", "seq=5", "proof=邮政收据", "reason=当日未登记"))
    assert cli.json("show", case)["periods"][0]["status"] == "met"


def test_a_double_click_makes_one_move(cli):
    case = opened(cli)
    first = cli("move", case, "reply", "--at", "2024-03-20", "--data", "answer=O02", "--data", "delivery=post")
    second = cli("move", case, "reply", "--at", "2024-03-20", "--data", "answer=O02", "--data", "delivery=post")
    assert (first.status, second.status) == (0, 1)
    assert len(cli.json("show", case)["history"]) == 3


def test_a_day_that_lies_ahead_is_warned_of(cli):
    answer = cli("move", "2024-017", *SUBMIT, "--at", "2026-03-01", "--format", "json", today="2024-03-01")
    assert [item["code"] for item in answer.json["warnings"]] == ["dated_ahead"]


def test_a_day_ahead_beyond_the_announced_years_is_refused_with_its_remedy(cli):
    case = opened(cli)
    before = cli.json("show", case)["history"]
    refused = cli("move", case, "accept", "--at", "2199-12-31")
    assert (refused.status, refused.err.split(":")[0]) == (1, "bad_data")
    assert "2199-12-31" in refused.err and "calendar load" in refused.err
    assert cli.json("show", case)["history"] == before


def test_today_is_a_day_of_the_register_though_its_year_is_not_announced(cli):
    assert cli.json("move", "2030-1", *SUBMIT, "--at", "2030-03-01", today="2030-03-01")["state"] == "received"


def test_a_case_of_2018_is_judged_by_its_own_law(cli):
    case = opened(cli, at="2018-03-01")
    found = cli.json("explain", case)
    assert (found["days"][-1]["n"], found["due_on"]) == (15, "2018-03-22")
    too_long = cli(
        "move",
        case,
        "extend",
        "--at",
        "2018-03-02",
        "--data",
        "days=16",
        "--data",
        "reason=x",
        "--data",
        "approved_by=y",
        "--format",
        "json",
    )
    assert too_long.json["refused"]["code"] == "bad_data"


def test_notices_are_texts_with_the_day_of_the_move(cli):
    case = opened(cli)
    work(cli, case, ("extend", "2024-03-15", "days=20", "reason=涉及多份档案", "approved_by=主任"))
    document = cli.json("notice", case, today="2026-01-05")
    texts = {item["kind"]: item["text"] for item in document["notices"]}
    extension = next(text for text in texts.values() if "涉及多份档案" in text)
    assert "2024年4月28日" in extension
    assert "2026年" not in extension
    assert cli("notice", case).out == cli("notice", case, today="2030-01-05").out


def test_moves_fields_and_choices_are_typed_in_chinese(cli):
    case = "2024-009"
    typed = ("提交方式=当面", "申请人.申请人类别=自然人", "applicant.name=某人", "申请内容=某文件")
    data = [part for pair in typed for part in ("--data", pair)]
    assert cli.json("move", case, "登记申请", "--at", "2024-03-01", *data)["move"] == "submit"
    early = ("--at", "2024-03-04", "--data", "days=5", "--data", "理由=x", "--format", "json")
    told = cli("move", case, "延长答复期限", *early)
    assert (told.status, told.json["refused"]["move"]) == (1, "extend")
    cli.json("move", case, "受理", "--at", "2024-03-04")
    assert [item["move"] for item in cli.json("why", case, "征求意见")["moves"]] == ["consult"]
    shown = cli("why", case, "征求意见").out
    assert "共同制作机关" in shown and "对象是其他机关的" in shown
    done = cli.json(
        "move", case, "答复", "--at", "2024-03-20", "--data", "答复种类=可以公开", "--data", "送达方式=邮寄"
    )
    assert (done["move"], done["state"]) == ("reply", "replied")
    found = cli.json("show", case)
    assert (found["outcome"], found["answer"]) == ("granted", "O02")
    assert cli("move", case, "跳舞").status == 1


def test_help_lists_every_move_with_its_fields(cli):
    shown = cli("move", "--help").out
    assert all(move.title in shown for move in moves().values())
    assert "days* 延长的工作日数" in shown


def test_an_answer_is_corrected_in_chinese(cli):
    case = opened(cli)
    work(cli, case, ("reply", "2024-03-20", "answer=可以公开", "delivery=post"))
    change = ("--data", "seq=3", "--data", "reason=选错了", "--data", "动作内容.答复种类=不存在")
    cli.json("move", case, "amend", "--at", "2024-03-20", *change)
    assert cli.json("show", case)["answer"] == "O12"
    again = ("--data", "seq=3", "--data", "reason=又错了", "--data", "data.answer=非本机关")
    cli.json("move", case, "amend", "--at", "2024-03-20", *again)
    assert cli.json("show", case)["answer"] == "O13"


def test_an_amendment_in_live_work_does_not_leave_the_answer_out(cli):
    case = opened(cli)
    work(cli, case, ("reply", "2024-03-20", "answer=可以公开", "delivery=post"))
    change = ("--data", "seq=3", "--data", "reason=x", "--data", "data.answer=null", "--data", "data.outcome=granted")
    refused = cli("move", case, "amend", "--at", "2024-03-20", *change)
    assert refused.status == 1
    assert "O01" in refused.err


def test_a_paper_is_asked_for_by_its_title(cli):
    case = opened(cli)
    by_title = cli.json("notice", case, "收件回执")["notices"]
    assert by_title == cli.json("notice", case, "receipt")["notices"]
    work(cli, case, ("reply", "2024-03-05", "answer=O02", "delivery=post"))
    assert [item["kind"] for item in cli.json("notice", case, "答复书")["notices"]] == ["reply"]
    assert "检索记录" in cli("notice", case, "跳舞单").err


def test_what_cannot_be_held_is_refused_in_a_line(cli):
    case = opened(cli)
    for data in ("note=" + "[" * 50_000, "note=" + "[" * 60 + "]" * 60, "a." * 60 + "a=1", "a." * 5_000 + "a=1"):
        refused = cli("move", case, "withdraw", "--data", data)
        assert (refused.status, refused.err.count("\n"), "40 层" in refused.err) == (2, 1, True), data[:20]
    for day in ("0001-01-01T00:00:00+08:00", "9999-12-31T23:59:00-23:00"):
        refused = cli("move", case, "withdraw", "--at", day)
        assert (refused.status, day in refused.err) == (2, True)


def test_a_fee_is_shown_with_what_the_month_had_before(cli):
    first, second = opened(cli), opened(cli, case="2024-018")
    charge = ("move", second, "charge", "--at", "2024-03-05", "--data", "basis=items", "--data", "quantity=30")
    told = [{"seq": 3, "basis": "items", "quantity": 30, "already": 1, "amount": "2200.00"}]
    foreseen = cli.json(*charge, "--dry-run")
    assert (foreseen["before"]["charges"], foreseen["after"]["charges"]) == ([], told)
    assert "按件 30，本月此前 1 件，2200.00 元" in cli(*charge, "--dry-run").out
    cli.json(*charge)
    assert cli.json("show", second)["charges"] == told
    assert "按件 30，本月此前 1 件，2200.00 元" in cli("show", second).out
    assert cli.json("show", first)["charges"] == []
    cli.json("move", second, "cancel_charge", "--at", "2024-03-06", "--data", "reason=数量不多")
    assert cli.json("show", second)["charges"] == []
