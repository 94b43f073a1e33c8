"""The law as dated data: periods, outcomes, fees, remedies, report forms, open questions."""
