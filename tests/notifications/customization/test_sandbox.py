"""The sandbox: hostile, endless and incomplete templates are stopped and told."""

import pytest
from own_templates import REPLY, faults, reply_with


@pytest.mark.parametrize(
    "text",
    [
        "{{ agency|attr('_' ~ '_class__') }}",
        "{{ agency['_' ~ '_class__'] }}",
        "{{ told.append('x') }}",
        "{{ '{0.__class__}'.format(agency) }}",
        "{% for row in [''.format] %}{{ row('a').mro }}{% endfor %}",
    ],
)
def test_nothing_gets_out_of_the_sandbox(text):
    found = reply_with(text)
    assert found
    assert {problem for _, problem in found} <= {"template_unsafe", "fact_not_always_there"}


@pytest.mark.parametrize(
    "text", ["{{ 'x' * 99999999999 }}", "{{ 'x' | center(99999999999) }}", "{{ '%99999999999d' % 1 }}"]
)
def test_what_would_fill_the_memory_fails_in_the_sandbox_alone(text):
    assert {problem for _, problem in reply_with(text)} == {"template_fails"}


def test_an_endless_loop_is_stopped_and_named():
    loops = "{% for a in information %}" * 4 + "{% endfor %}" * 4
    assert reply_with(loops) == [("reply.j2", "template_fails")]


def test_what_takes_longer_than_it_may_is_stopped():
    assert {problem for _, problem in reply_with("{{ agency }}", seconds=0.01)} == {"template_endless"}


def test_a_template_that_repeats_a_request_over_and_over_is_too_long():
    assert ("reply.j2", "paper_too_long") in reply_with("{{ information }}" * 40)


def test_what_is_not_there_in_every_case_is_told_with_the_case():
    assert reply_with("{{ search[0] }}") == [("reply.j2", "fact_not_always_there")]


@pytest.mark.parametrize(
    ("drop", "lost"),
    [
        ("@用 remedy", "remedy"),
        ("@用 head", "document_number"),
        ("@用 request", "information"),
        ("@用 foot", "issued_on"),
    ],
)
def test_a_required_element_left_out_is_named(drop, lost):
    found = faults(reply=REPLY.replace(drop, ""))
    assert f"reply.j2 {lost}" in {field for field, _ in found}


def test_a_part_is_tried_on_every_paper_that_it_is_in():
    found = faults(_head="@题 {{ title }}")
    papers = {field.split()[0] for field, _ in found}
    assert {"reply.j2", "fee.j2", "extension.j2"} <= papers
    assert {problem for _, problem in found} == {"element_not_shown"}
