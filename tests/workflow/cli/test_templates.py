"""An office's own templates on the command line."""

import pytest


@pytest.mark.wheel
def test_templates_are_taken_out_changed_checked_tried_and_put_in_force(cli, replied):
    folder = cli.folder / "own"
    assert cli("template", "export", str(folder), "reply").status == 0
    assert cli("template", "export", str(folder), "reply").status == 2, "a changed file is not written over"
    path = folder / "reply.j2"
    template = path.read_text("utf-8")
    path.write_text(template + "{{ aplicant }}\n", "utf-8")
    for verb in ("check", "install"):
        refused = cli("template", verb, str(folder), "--format", "json")
        assert refused.status == 1
        assert "applicant" in refused.err and f"reply.j2:{template.count(chr(10)) + 1}" in refused.err
    path.write_text(template + "@注 本局另有说明\n", "utf-8")
    assert cli("template", "check", str(folder)).status == 0
    assert "另有说明" in cli("template", "preview", "reply", "--folder", str(folder)).out
    assert "另有说明" not in cli("template", "preview", "reply").out
    assert cli("template", "install", str(folder)).status == 0
    cli.json("issue", "A-1", "reply", "--carrier", "text")
    assert "另有说明" in cli("papers", "A-1", "1").out
    assert cli("template", "reset").status == 0
    assert "另有说明" not in cli("template", "preview", "reply").out


def test_a_preview_is_written_as_a_word_file(cli, replied):
    path = cli.folder / "sample.docx"
    assert cli("template", "preview", "fee", "--carrier", "docx", "--to", str(path)).status == 0
    assert path.read_bytes().startswith(b"PK")
    assert cli("template", "preview", "nothing").status == 2
    assert cli("template", "preview", "reply", "--outcome", "O99").status == 2


def test_an_outcome_is_named_by_code_row_or_chinese_name(cli, replied):
    def text(outcome):
        return cli.json("template", "preview", "reply", "--outcome", outcome)["text"]

    secret = text("O04")
    assert secret != text("O12")
    for word in ("o04", "属于国家秘密，不予公开", "denied_state_secret", "属于国家秘密"):
        assert text(word) == secret
    refused = cli("template", "preview", "reply", "--outcome", "无此结果")
    assert refused.status == 2 and "O04（属于国家秘密，不予公开）" in refused.err


def test_the_facts_of_a_paper_are_listed(cli, replied):
    names = [item["name"] for item in cli.json("template", "facts", "fee")["facts"]]
    assert {"amount", "standard", "payment_way"} <= set(names)
