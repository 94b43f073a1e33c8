"""A case worked by hand on the command line: received, accepted, moved on."""

SUBMIT = (
    "submit",
    "--data",
    "channel=in_person",
    "--data",
    "applicant.kind=natural_person",
    "--data",
    "applicant.name=欧阳小明",
    "--data",
    "applicant.phone=13800138000",
    "--data",
    "information=规划批复",
)


def work(cli, case: str, *moves: tuple[str, ...]) -> None:
    """Makes moves; each is name, day, KEY=VALUE..."""
    for name, at, *data in moves:
        options = [part for pair in data for part in ("--data", pair)]
        answer = cli("move", case, name, "--at", at, *options)
        assert answer.status == 0, answer


def opened(cli, case: str = "2024-017", at: str = "2024-03-01") -> str:
    """A case that was received and accepted."""
    assert cli("move", case, *SUBMIT, "--at", at).status == 0
    work(cli, case, ("accept", at))
    return case
