"""The law's files in use: others laid over the package's own, for one block and one thread alone."""

from threading import Thread

from disclosure.states.law.files import LawFiles, law_text, of_law, using


@of_law
def first_lines() -> list[str]:
    return [law_text("fees.toml").splitlines()[0]]


def test_a_folder_s_file_takes_the_place_of_the_package_s_and_all_others_stay(tmp_path):
    (tmp_path / "fees.toml").write_text("# another tariff\n", "utf-8")
    own = law_text("periods.toml")
    with using(LawFiles(tmp_path)):
        assert law_text("fees.toml") == "# another tariff\n"
        assert law_text("periods.toml") == own
    assert law_text("fees.toml") != "# another tariff\n"


def test_what_is_made_of_the_law_is_made_once_for_each(tmp_path):
    (tmp_path / "fees.toml").write_text("# another tariff\n", "utf-8")
    own, other = first_lines(), LawFiles(tmp_path)
    with using(other):
        assert first_lines() == ["# another tariff"]
        assert first_lines() is first_lines()
    with using(other):
        assert first_lines() == ["# another tariff"]
    assert first_lines() is own


def test_another_thread_keeps_the_law_in_force(tmp_path):
    (tmp_path / "fees.toml").write_text("# another tariff\n", "utf-8")
    seen: list[list[str]] = []
    with using(LawFiles(tmp_path)):
        thread = Thread(target=lambda: seen.append(first_lines()))
        thread.start()
        thread.join()
    assert seen == [first_lines()]
    assert seen != [["# another tariff"]]
