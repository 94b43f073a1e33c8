"""What the README shows is tried: both languages hold the same commands, and the code runs."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]


def blocks(path: Path, language: str) -> list[str]:
    """The blocks of code of one language."""
    return re.findall(rf"```{language}\n(.*?)```", path.read_text("utf-8"), re.DOTALL)


def without_remarks(block: str) -> list[str]:
    """The lines without what explains them, which is written in the reader's language."""
    return [line for line in (re.sub(r"\s+#.*", "", line) for line in block.splitlines()) if line.strip()]


def test_both_languages_show_the_same_commands_and_code():
    english, chinese = READMES
    for language in ("sh", "python"):
        assert [without_remarks(block) for block in blocks(english, language)] == [
            without_remarks(block) for block in blocks(chinese, language)
        ]


@pytest.mark.wheel
@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_the_code_runs(path, tmp_path, capsys):
    embedding, alone = blocks(path, "python")
    address = f"sqlite:///{tmp_path / 'oa.db'}"
    code = embedding.replace("postgresql+psycopg://oa@localhost/oa", address)
    assert address in code
    for _ in range(2):  # whoever tries it, tries it again
        exec(compile(code, "README", "exec"), {})  # noqa: S102 - the project's own text
    first, second, _ = capsys.readouterr().out.split("\n")
    assert first == second
    exec(compile(alone, "README", "exec"), {})  # noqa: S102 - likewise
    printed = capsys.readouterr().out
    assert "2024-11-01" in printed
    assert "第三十三条" in printed


PAGES = sorted(path for folder in (".", "docs", "docs/*", "examples") for path in ROOT.glob(f"{folder}/*.md"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", path.read_text("utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists() or target in ("benchmarks", "states", "notifications", "workflow"), (
                target
            )


def test_every_command_of_the_manual_is_one_that_there_is():
    from disclosure.workflow.cli.main import commands

    for path in (*READMES, ROOT / "docs" / "manual.md"):
        named = set(re.findall(r"\bdisclosure ([a-z]+(?:-[a-z]+)*)", "".join(blocks(path, "sh"))))
        assert named <= set(commands())


def test_the_page_of_states_and_moves_is_fresh():
    from machine_page import PAGE, page

    assert PAGE.read_text("utf-8") == page(), "run: python tests/support/machine_page.py"


def test_the_page_of_the_moves_is_fresh():
    from moves_page import PAGE, page

    assert PAGE.read_text("utf-8") == page(), "run: python tests/support/moves_page.py"
