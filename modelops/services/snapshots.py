"""Immutable sets of labelled texts: the same content is the same snapshot."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from annotation.models import BatchItem, SamplingDesign
from annotation.selectors.fresh_labels import newest_label
from modelops.errors import BadTrainingRequest, NothingLabelled
from modelops.labelled import SPLITS, LabelledRow
from modelops.models import Snapshot, SnapshotItem
from modelops.selectors.labels import labelled_rows
from modelops.selectors.questions import questions_named
from modelops.selectors.weak import weak_rows
from modelops.services.label_files import Progress, labelled_file_read
from modelops.splitting import DEV_SHARE, TEST_SHARE, hold_out, without_leaks
from privacy.services import audit_record


def snapshot_from_annotations(
    *, actor: Any, questions: Sequence[str], name: str = "", weak: float | None = None
) -> Snapshot:
    """What people have labelled so far. Raises NothingLabelled, UnknownQuestion.

    weak: add, to train alone and with this weight in (0, 1), what lexicons say of reviews that
    nobody has labelled. Raises BadTrainingRequest for another weight.
    """
    if weak is not None and not 0 < weak < 1:
        raise BadTrainingRequest("A weak label weighs more than 0 and less than a person's, 1.")
    questions = [question.key for question in questions_named(questions)]
    upto = newest_label()  # before they are read: what comes meanwhile is new
    found = labelled_rows(questions)
    rows = found.rows
    if rows and not rows[0].split:
        # Too few products to hold whole ones out: single texts are.
        rows = hold_out(rows, DEV_SHARE, "dev")
        kept = [row for row in rows if not row.split]
        drawn = hold_out(kept, TEST_SHARE / (1 - DEV_SHARE), "test")
        rows = [row for row in rows if row.split] + [
            row if row.split else row.in_split("train") for row in drawn
        ]
    if weak is not None and rows:
        rows = [*rows, *weak_rows(questions, weak, rows)]
    return snapshot_create(
        actor=actor,
        rows=rows,
        questions=questions,
        name=name or "annotations",
        origin="annotations",
        left_out=found.left_out,
        upto=upto,
    )


def snapshot_from_file(
    *,
    actor: Any,
    path: Path,
    questions: Sequence[str],
    codes: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Snapshot:
    """A labelled file, redacted. Where it names no dev rows, 15 % of its train rows become them.

    Raises BadLabelFile, NothingLabelled.
    """
    found = labelled_file_read(path, questions, codes or {}, progress)
    rows = [row if row.split else row.in_split("train") for row in found.rows]
    if not any(row.split == "dev" for row in rows):
        train = [row for row in rows if row.split == "train"]
        rows = [row for row in rows if row.split != "train"] + hold_out(train, DEV_SHARE, "dev")
    return snapshot_create(
        actor=actor,
        rows=rows,
        questions=questions,
        name=path.name[:120],
        origin="file",
        left_out=found.left_out,
    )


@transaction.atomic
def snapshot_create(
    *,
    actor: Any,
    rows: Sequence[LabelledRow],
    questions: Sequence[str],
    name: str,
    origin: str,
    left_out: Mapping[str, int] | None = None,
    upto: int | None = None,
) -> Snapshot:
    """Keep `rows` for ever under the hash of their content; the same content again is no new row.

    Texts must be redacted already. A text that stands in two splits is kept in the one held out
    further. `upto`: the mark of the newest label that can be in it (see
    `annotation.selectors.fresh_labels`). Raises NothingLabelled when no row is left, ValueError
    for a row of the audit sample.
    """
    kept = without_leaks(rows)
    if not kept:
        raise NothingLabelled(
            f"There is no labelled text for {', '.join(questions)}: label reviews first, or give "
            "a labelled file with --data."
        )
    _refuse_audited([row.revision_id for row in kept if row.revision_id is not None])
    content = _content_hash(kept, questions)
    gone = {**(left_out or {}), "leak": len(rows) - len(kept)}
    fresh = Snapshot(content_hash=content, name=name, origin=origin, questions=sorted(questions))
    fresh.counts = _counts(kept) | {"left_out": gone}
    if upto is not None:
        fresh.counts["upto"] = upto
    # Of two at once one writes; the other waits here for it to commit.
    Snapshot.objects.bulk_create([fresh], ignore_conflicts=True)
    snapshot = Snapshot.objects.select_for_update().get(content_hash=content)
    if not snapshot.items.exists():
        _items_create(snapshot, kept)
        audit_record(
            actor=actor,
            action="snapshot.create",
            object_type="snapshot",
            object_id=snapshot.pk,
            details={"origin": origin, "rows": len(kept)},
        )
    return snapshot


def _items_create(snapshot: Snapshot, rows: Sequence[LabelledRow]) -> None:
    SnapshotItem.objects.bulk_create((_item(snapshot, row) for row in rows), batch_size=1000)


def _item(snapshot: Snapshot, row: LabelledRow) -> SnapshotItem:
    return SnapshotItem(
        snapshot=snapshot,
        revision_id=row.revision_id,
        text=row.text,
        language=row.language,
        split=row.split,
        answers=row.answers,
        mentions=None if row.mentions is None else [list(mark) for mark in row.mentions],
        weight=row.weight,
        row_hash=row.row_hash,
    )


def _refuse_audited(revision_ids: list[int]) -> None:
    # The selector leaves them out; this holds whatever way rows came here.
    if BatchItem.objects.filter(
        batch__design=SamplingDesign.AUDIT, review__revisions__in=revision_ids
    ).exists():
        raise ValueError("a review of the audit sample may not be learned from")


def _content_hash(rows: Sequence[LabelledRow], questions: Sequence[str]) -> str:
    digest = hashlib.sha256("\n".join(sorted(questions)).encode() + b"\n\n")
    digest.update("\n".join(sorted(row.row_hash for row in rows)).encode())
    return digest.hexdigest()


def _counts(every: Sequence[LabelledRow]) -> dict[str, Any]:
    """Of people's labels; what lexicons said is counted apart."""
    rows = [row for row in every if row.weight == 1.0]
    labels: dict[str, Counter[str]] = {}
    for row in rows:
        for question, choice in row.answers.items():
            labels.setdefault(question, Counter())[choice] += 1
    return {
        "rows": len(rows),
        **{split: sum(row.split == split for row in rows) for split in SPLITS},
        "with_mentions": sum(row.mentions is not None for row in rows),
        "languages": dict(Counter(row.language for row in rows)),
        "labels": {question: dict(found) for question, found in sorted(labels.items())},
        **({"weak": len(every) - len(rows)} if len(every) > len(rows) else {}),
    }
