"""Whether the process answers, and whether it can work: for whoever watches over it, without a login."""

from datetime import date

from pydantic import BaseModel

from ....states.errors import SetupError
from ...kernel.database import check_schema
from ...kernel.sweeps import is_recent, last_sweep
from ..operations import Call, Nothing, Operation


class Live(BaseModel):
    """That the process answers."""

    status: str = "live"


class Ready(BaseModel):
    """That the tables are those of this version, and the sweep has run within a working day."""

    status: str = "ready"
    last_sweep: date


def tell_live(call: Call[Nothing, Nothing]) -> object:
    """Tells that the process answers; the database is not asked."""
    return Live()


def tell_ready(call: Call[Nothing, Nothing]) -> object:
    """Tells whether the service can work; 503 where the tables are of another version or the sweep stands still."""
    connection = call.context.connection
    check_schema(connection.engine)
    last = last_sweep(connection)
    if last is None:
        raise SetupError("sweep_never")
    if not is_recent(connection, call.context.agency, last, call.context.today):
        raise SetupError("sweep_stale", last=last.isoformat())
    return Ready(last_sweep=last)


OPERATIONS = (
    Operation(name="tellLive", method="GET", path="health/live", work=tell_live, gives=Live, asks=False),
    Operation(name="tellReady", method="GET", path="health/ready", work=tell_ready, gives=Ready, asks=False),
)
