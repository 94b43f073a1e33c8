"""What settles a stuck sheet: the post that the law asks for, by its name, or anybody who may sign."""

import pytest

from disclosure.notifications.messages.sentences import describe
from disclosure.workflow.approvals.procedure import StepPlan
from disclosure.workflow.approvals.remedies import post_needed, remedy_of

BY_LAW = StepPlan(key="a", title="决定", role="disclosure_head").model_copy(update={"floor": True})
BY_OFFICE = StepPlan(key="a", title="签发", role="leader")


@pytest.mark.parametrize(
    ("trouble", "plan", "code", "post"),
    [
        ("no_candidate", BY_LAW, "post", "disclosure_head"),
        ("holders_gone", BY_LAW, "post", "disclosure_head"),
        ("no_candidate", BY_OFFICE, "signer", ""),
        ("holders_gone", None, "signer", ""),
        ("drafter_gone", None, "drafter_gone", ""),
        ("no_seal_keeper", None, "no_seal_keeper", ""),
    ],
)
def test_each_trouble_has_its_remedy_in_words(trouble, plan, code, post):
    assert (remedy_of(trouble, plan).code, post_needed(trouble, plan)) == (f"remedy_{code}", post or None)
    text = describe(remedy_of(trouble, plan))
    assert not text.startswith("remedy_")
    assert ("公开工作机构负责人" in text) == bool(post)
