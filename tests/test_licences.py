"""The page of third-party licences is what the installed packages say."""

from third_party_page import PAGE, brought, licence_of, named, rows

ACCEPTED = {
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "Apache-2.0",
    "ISC",
    "PSF-2.0",
    "MPL-2.0",
    "ZPL-2.1",
}
"""Licences that ask for nothing but that their notices stay, and leave an office's own software alone."""
WEIGHED = {
    "docxtpl": "LGPL-2.1-only",
    "psycopg": "LGPL-3.0-only",
    "psycopg-binary": "LGPL-3.0-only",
    "pyphen": "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1",
}
"""Others, each with what the page says of it."""


def test_the_page_lists_what_the_project_names_with_its_licence():
    assert rows(PAGE.read_text("utf-8")).items() >= {name: licence_of(name) for name in named()}.items(), (
        "run: python tests/support/third_party_page.py"
    )


def test_every_package_that_comes_along_has_a_licence_that_was_weighed():
    for name in sorted({*named(), *brought()}):
        told = licence_of(name)
        assert WEIGHED.get(name) == told or set(told.split(" OR ")) & ACCEPTED, (name, told)


def test_what_the_page_says_of_a_package_that_comes_along_is_true():
    here = {name: licence_of(name) for name in brought()}
    told = {name: licence for name, licence in rows(PAGE.read_text("utf-8")).items() if name in here}
    assert told == {name: here[name] for name in told}
    assert told, "run: python tests/support/third_party_page.py"
