"""What an importer says of a file of labels beside the file itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from annotation.formats.labels import AskedChoice, AskedQuestion, BadMeaning, Labels, meanings_of
from annotation.formats.registry import FORMATS
from annotation.models import Batch, Question, SamplingDesign
from annotation.selectors.label_sets import keys_ever
from annotation.services.label_exports import BadTransfer


@dataclass(frozen=True, slots=True)
class Options:
    """labels: `LABEL=MEANING` for labels that are not ours. annotator: whose rows are that name
    nobody. people: user name by what the file calls somebody. stand_in: unknown people become
    users of this prefix that nobody can sign in as; empty: their rows are refused. batch: where
    labels go that name no batch. make_batches: make the batches that the file names. utf16: spans
    without their words count UTF-16 units.
    """

    labels: Sequence[str] = ()
    annotator: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    stand_in: str = ""
    batch: str = ""
    make_batches: bool = False
    utf16: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Options:
        return cls(**value)


def asked_questions() -> list[AskedQuestion]:
    return [
        AskedQuestion(
            question.key,
            question.version,
            tuple(
                AskedChoice(choice.key, (choice.name_en, choice.name_zh))
                for choice in question.choices.all()
            ),
            frozenset(keys_ever(question.key)),
        )
        for question in Question.objects.filter(active=True).prefetch_related("choices")
    ]


def labels_of(options: Options) -> Labels:
    """Raises BadTransfer."""
    questions = asked_questions()
    try:
        return Labels(questions, meanings_of(options.labels, questions))
    except BadMeaning as error:
        raise BadTransfer("labels", str(error)) from error


def options_check(format_key: str, options: Options) -> None:
    """What can be told before the file is read. Raises BadTransfer."""
    if format_key not in FORMATS:
        raise BadTransfer("format", f"unknown; choose one of {', '.join(FORMATS)}")
    labels_of(options)
    if len(options.stand_in) > 60:
        raise BadTransfer("stand_in", "at most 60 characters")
    if not options.batch:
        return
    if len(options.batch) > 120:
        raise BadTransfer("batch", "at most 120 characters")
    there = Batch.objects.filter(name=options.batch).first()
    if there is not None and there.design != SamplingDesign.GIVEN:
        raise BadTransfer("batch", "there is a drawn batch of this name; choose another one")


def pairs_of(lines: Sequence[str], field_name: str) -> dict[str, str]:
    """`NAME=VALUE` lines as a dict. Raises BadTransfer."""
    found = {}
    for line in lines:
        name, equals, value = (piece.strip() for piece in line.rpartition("="))
        if not (name and equals and value):
            raise BadTransfer(field_name, "write one NAME=USER a line")
        found[name] = value
    return found
