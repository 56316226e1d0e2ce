"""What the house itself may hold of a person: answers to programs, and archives made before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from accounts.models import IdempotencyKey
from privacy.models import PersonRequest
from privacy.people import Place, Subject
from privacy.selectors.stores import rows_of
from privacy.services.archives import archive_path, archives_remove, exports_folder
from privacy.services.identifiers import digest


def _answers(subject: Subject) -> Any:
    """Kept answers to programs that name one of the person's reviews."""
    ids = [f'"{one}"' for one in subject.notes.get("external_id", [])]
    if not ids:
        return IdempotencyKey.objects.none()
    named = Q()
    for one in ids:
        named |= Q(words__contains=one)
    answers = rows_of(IdempotencyKey, subject.stores)
    return answers.annotate(words=Cast("answer", TextField())).filter(named)


def _archives(subject: Subject) -> list[PersonRequest]:
    digests = [digest(one.kind, one.value) for one in subject.identifiers]
    found = rows_of(PersonRequest, subject.stores).exclude(archive="")
    found = found.filter(digests__overlap=digests)
    return [one for one in found if archive_path(one) is not None]


def person_find(subject: Subject) -> list[Place]:
    return [
        Place("Answers kept for repeated API requests", _answers(subject).count()),
        Place("Archives made for the person", len(_archives(subject))),
    ]


def person_erase(actor: Any, subject: Subject) -> list[Place]:
    return [Place("Answers kept for repeated API requests", _answers(subject).delete()[0])]


def archives_erase(subject: Subject) -> list[Place]:
    return [Place("Archives made for the person", archives_remove(_archives(subject)))]


def archives_foreign(subject: Subject) -> list[Path]:
    """Archives that hold nothing of the subject's stores."""
    made = PersonRequest.objects.exclude(archive="").exclude(stores__overlap=subject.stores)
    return [exports_folder() / name for name in made.values_list("archive", flat=True)]
