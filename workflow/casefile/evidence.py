"""The rows behind one case as they are stored, so that somebody else can recompute every chain."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Row

from ..approvals.queries import actions_of
from ..cases.queries import head_of, kept_apart, recorded_steps
from ..cases.store import Loaded
from ..filing.entries import Kept
from ..kernel.linking import Checkpoint, checkpoints_with
from ..notices.store import Paper, Proof, acts_of

Stored = Mapping[str, object]
"""A row as it is stored, by column."""


class _Evidence(BaseModel):
    """The base of every record that the verifier reads."""

    model_config = ConfigDict(frozen=True)


class PaperEvidence(_Evidence):
    """An issued paper: its number and dates, the facts it was written from, and the files that hold its bytes."""

    title: str
    number: str | None
    kind: str
    paper: str
    issued_on: date
    template: str
    void: bool
    erased: bool
    files: Mapping[str, str]
    facts: str | None
    salt: str | None

    @classmethod
    def of(cls, paper: Paper, files: Mapping[str, str]) -> "PaperEvidence":
        """A paper whose bytes are in these files, by carrier."""
        return cls(
            title=paper.title,
            number=paper.number,
            kind=paper.kind,
            paper=paper.paper,
            issued_on=paper.issued_on,
            template=paper.template_hash,
            void=paper.void,
            erased=paper.erased_at is not None,
            files=files,
            facts=paper.facts,
            salt=paper.salt,
        )


class ProofEvidence(_Evidence):
    """The names, addresses and waybill of an act of service, and the file that proves it."""

    payload: str | None
    salt: str | None
    file: str | None

    @classmethod
    def of(cls, proof: Proof, file: str | None) -> "ProofEvidence":
        """A proof whose bytes are in this file."""
        return cls(payload=proof.payload, salt=proof.salt, file=file)


class AttachmentEvidence(_Evidence):
    """An attachment: its entry as it is stored, what its seal was made of, and the file that holds its content."""

    entry: Stored
    salt: str | None
    name: str | None
    sha256: str | None
    erased: bool
    file: str | None

    @classmethod
    def of(cls, kept: Kept, file: str | None) -> "AttachmentEvidence":
        """An attachment whose content is in this file."""
        entry, apart = kept
        return cls(
            entry=_stored(entry._asdict().items()),
            salt=apart.salt,
            name=apart.name,
            sha256=apart.sha256,
            erased=apart.erased_at is not None,
            file=file,
        )


class SheetEvidence(_Evidence):
    """An approval sheet with its actions."""

    sheet_no: int
    actions: Sequence[Stored]


class CheckpointEvidence(_Evidence):
    """A checkpoint that holds the case or its attachments, by its scheme.

    Of what else is in it no more than kinds, numbers and hashes.
    """

    id: int
    created_at: str
    scheme: int
    prev_hash: str
    hash: str
    ends: Sequence[tuple[str, int, int, str, str | None]]


class Chains(_Evidence):
    """All that a verifier needs: steps, what was put aside, acts, papers, attachments, sheets, checkpoints."""

    agency: str
    case: str
    case_id: int
    head_hash: str
    events: Sequence[Stored]
    private: Sequence[Stored]
    paper_acts: Sequence[Stored]
    papers: Mapping[int, PaperEvidence]
    proofs: Mapping[int, ProofEvidence]
    attachments: Sequence[AttachmentEvidence]
    sheets: Sequence[SheetEvidence]
    checkpoints: Sequence[CheckpointEvidence]


class Enclosed(_Evidence):
    """The papers and proofs that a bundle encloses, by their numbers, and the attachments."""

    papers: Mapping[int, PaperEvidence]
    proofs: Mapping[int, ProofEvidence]
    attachments: Sequence[AttachmentEvidence]


def chains(connection: Connection, agency: str, loaded: Loaded, enclosed: Enclosed) -> Chains:
    """What a verifier needs of a case; what is enclosed names the files in which the bytes are."""
    case_id = loaded.id
    return Chains(
        agency=agency,
        case=loaded.case.case,
        case_id=case_id,
        head_hash=head_of(connection, case_id),
        events=[_stored(_cells(row), "id", "case_id") for row in recorded_steps(connection, case_id)],
        private=[_stored(_cells(row), "case_id") for row in kept_apart(connection, case_id)],
        paper_acts=[_stored(act._asdict().items()) for act in acts_of(connection, case_id)],
        papers=enclosed.papers,
        proofs=enclosed.proofs,
        attachments=enclosed.attachments,
        sheets=[
            SheetEvidence(sheet_no=sheet, actions=[_stored(_cells(row), "id", "sheet_id") for row in actions])
            for sheet, actions in actions_of(connection, agency, loaded.case.case)
        ],
        checkpoints=[
            CheckpointEvidence(
                id=item.id,
                created_at=item.created_at,
                scheme=item.scheme,
                prev_hash=item.prev_hash,
                hash=item.hash,
                ends=[tuple(end) for end in item.ends],
            )
            for item in _checkpoints(connection, case_id)
        ],
    )


def _checkpoints(connection: Connection, case_id: int) -> list[Checkpoint]:
    """Those that hold an end of the case's chain, or of the chain of its attachments."""
    found = {item.id: item for kind in ("case", "attachment") for item in checkpoints_with(connection, kind, case_id)}
    return [found[key] for key in sorted(found)]


def _stored(row: Iterable[tuple[str, object]], *hidden: str) -> Stored:
    """A row without our own keys; days as ISO texts, as they are hashed."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row if name not in hidden}


def _cells(row: Row[Any]) -> Iterable[tuple[str, object]]:
    return row._asdict().items()


def as_text(found: BaseModel) -> bytes:
    """JSON that people can read, too."""
    return json.dumps(found.model_dump(mode="json"), ensure_ascii=False, indent=1).encode()
