"""What would settle a sheet on which nobody can act: what an administrator has to record."""

from ...states.remark import Remark
from .procedure import StepPlan


def post_needed(trouble: str, plan: StepPlan | None) -> str | None:
    """The post that somebody has to be given before the step can be signed; None where the law asks for none."""
    return plan.role if plan is not None and plan.floor and trouble in _NO_SIGNER else None


_NO_SIGNER = ("no_candidate", "holders_gone")


def remedy_of(trouble: str, plan: StepPlan | None) -> Remark:
    """What an administrator has to record, and what to do then."""
    post = post_needed(trouble, plan)
    if post is not None:
        return Remark(code="remedy_post", fields={"role": post})
    return Remark(code="remedy_signer" if trouble in _NO_SIGNER else f"remedy_{trouble}")
