"""What a host hands over as one value: a proposal, the options of a paper, an event of service."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator

from ...states.errors import BadData, faults_of


class Given(BaseModel):
    """A value whose faults are told as those of any other data, without what was given: it may be personal."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @model_validator(mode="wrap")
    @classmethod
    def _told(cls, given: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Validates.

        Raises:
            BadData: every fault, with its field.
        """
        try:
            return handler(given)
        except ValidationError as error:
            faults = faults_of(error, kind=cls)
        raise BadData(*faults)  # outside, so that it brings no error that shows what was given
