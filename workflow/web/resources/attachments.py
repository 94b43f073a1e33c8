"""Attachments of a case: filing one, listing them, taking one out."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from pydantic import StrictStr
from werkzeug.wsgi import FileWrapper

from ....states.admission import file_name
from ....states.errors import BadData
from ...filing.commands import Attachment, attach, attachment, attachments
from ...kernel.given import Given
from ..bodies import whole_number
from ..operations import Answer, Call, File, Items, Nothing, Operation
from .papers import BYTES, WhyQuery

_IN_MEMORY = 2 * 1024 * 1024
_PORTION = 64 * 1024


class NamesQuery(WhyQuery):
    """Whether the names of files are wanted, which is noted in the log of reads, with the reason."""

    unmasked: bool = False


def list_attachments(call: Call[NamesQuery, Nothing]) -> object:
    """What is filed with the case."""
    return {"items": attachments(call.context, call.case, unmasked=call.query.unmasked, why=call.query.why)}


class AttachmentBody(Given):
    """What the file is for."""

    role: StrictStr = "application"


def file_attachment(call: Call[Nothing, AttachmentBody]) -> object:
    """Files something with the case; its type is told by its content."""
    call.check_version()
    if call.upload is None:
        raise BadData({"field": "file", "problem": "missing"})
    name, content = call.upload
    done = attach(call.context, call.case, name, content, role=call.body.role, idempotency_key=call.key)
    return Answer(done, at=("takeAttachment", {"case": call.case, "number": str(done.number)}))


def take_attachment(call: Call[WhyQuery, Nothing]) -> object:
    """One attachment as it was filed; noted in the log of reads."""
    found = attachment(call.context, call.case, whole_number(call.path["number"]), why=call.query.why)
    return File(file_name(found.attachment.name), found.attachment.type, FileWrapper(_whole(found.content), _PORTION))


def _whole(content: Iterator[bytes]) -> IO[bytes]:
    """A content, read to its end before the first byte is answered: what is not what was filed gives no torn file."""
    kept = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the answer closes it, sent or given up
    try:
        for portion in content:
            kept.write(portion)
    except BaseException:
        kept.close()
        raise
    kept.seek(0)
    return kept


OPERATIONS = (
    Operation(
        name="listAttachments",
        method="GET",
        path="cases/{case}/attachments",
        work=list_attachments,
        query=NamesQuery,
        gives=Items[Attachment],
    ),
    Operation(
        name="fileAttachment",
        method="POST",
        path="cases/{case}/attachments",
        work=file_attachment,
        body=AttachmentBody,
        uploads="must",
        gives=Attachment,
        status=201,
    ),
    Operation(
        name="takeAttachment",
        method="GET",
        path="cases/{case}/attachments/{number}",
        work=take_attachment,
        query=WhyQuery,
        documents=(BYTES,),
        absent=frozenset({"unknown_attachment", "attachment_erased"}),
    ),
)
