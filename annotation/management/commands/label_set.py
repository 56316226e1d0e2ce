from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from annotation.label_set_plan import BadChange
from annotation.models import Question
from annotation.selectors.label_set_preview import preview, question_active, set_counts
from annotation.selectors.label_sets import changes_in_force, in_order
from annotation.services.label_set_undo import label_set_undo
from annotation.services.label_sets import label_set_change
from common.commands import CommandFailure


class Command(BaseCommand):
    help = "Show the label sets, look at what a change would do, make it, or take it back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["show", "preview", "apply", "undo"])
        parser.add_argument(
            "what", nargs="?", default="", help="a file with the change; for undo a question"
        )
        parser.add_argument(
            "--expect", default=None, help="fingerprint of the preview that was agreed to"
        )
        parser.add_argument(
            "--or-more",
            action="store_true",
            help="also when more answers have come in since: they go by the same rules",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = getattr(self, f"_{options['action']}")(options)
        except BadChange as bad:
            raise CommandFailure(f"{bad.field}: {bad}") from bad
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_lines(found)))

    def _show(self, options: dict[str, Any]) -> dict[str, Any]:
        asked = Question.objects.filter(active=True).prefetch_related("choices")
        return {"questions": [_described(question) for question in asked]}

    def _preview(self, options: dict[str, Any]) -> dict[str, Any]:
        given = _read(options["what"])
        return preview(_asked(given), given["changes"])

    def _apply(self, options: dict[str, Any]) -> dict[str, Any]:
        given = _read(options["what"])
        question = _asked(given)
        made = label_set_change(
            actor=None,
            question=question.key,
            changes=given["changes"],
            note=str(given.get("note", "")),
            expect=options["expect"],
            or_more=options["or_more"],
        )
        batch = made.relabellings.first()
        return {
            **made.counts,
            "version": made.after.version,
            "change": made.pk,
            "batch": batch.batch_id if batch else None,
        }

    def _undo(self, options: dict[str, Any]) -> dict[str, Any]:
        question = question_active(options["what"])
        last = changes_in_force(question.key).last()
        if last is None:
            raise CommandFailure(f"{question.key}: its set was never changed")
        return {
            "question": question.key,
            "version": last.before.version,
            **label_set_undo(actor=None, change=last),
        }


def _asked(given: dict[str, Any]) -> Question:
    """The question of the file, which says what version it was written for, or nothing."""
    question = question_active(given["question"])
    if given.get("version", question.version) != question.version:
        raise CommandFailure(
            f"{question.key}: the change was written for version {given['version']}, and version "
            f"{question.version} is asked; look at `label_set show` and write it anew"
        )
    return question


def _read(name: str) -> dict[str, Any]:
    if not name:
        raise CommandFailure("name the file with the change")
    try:
        given = json.loads(Path(name).read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailure(f"{name} cannot be read: {type(error).__name__}") from error
    except ValueError as error:
        raise CommandFailure(f"{name} is not JSON: {error}") from error
    if not isinstance(given, dict):
        raise CommandFailure(f'{name}: one object with "question" and "changes"')
    if not isinstance(given.get("question"), str):
        raise CommandFailure(f'{name}: "question" is missing')
    if not isinstance(given.get("changes"), list):
        raise CommandFailure(f'{name}: "changes" must be a list')
    return given


def _described(question: Question) -> dict[str, Any]:
    counted = set_counts(question)
    return {
        "question": question.key,
        "version": question.version,
        "choices": [
            {
                "key": one.key,
                "name_en": one.name_en,
                "name_zh": one.name_zh,
                "polarity": one.polarity,
                "answers": counted.get(one.key, {}).get("answers", 0),
            }
            for one in in_order(question)
        ],
    }


def _lines(found: dict[str, Any]) -> list[str]:
    if "questions" in found:
        return [
            line
            for one in found["questions"]
            for line in (
                f"{one['question']} version {one['version']}",
                *(
                    f"  {choice['key']:16} {choice['polarity']:+d} {choice['answers']:8} answers  "
                    f"{choice['name_en']} / {choice['name_zh']}"
                    for choice in one["choices"]
                ),
            )
        ]
    if "restored" in found:
        return [
            f"{found['question']} is at version {found['version']} again: {found['restored']} "
            f"answers as they were, {found['mapped']} given since carried back, {found['left']} "
            "to be given anew"
        ]
    totals, models = found["totals"], found["models"]
    return [
        *(
            f"  {one['key']:16} {one['answers']:8} answers: {one['kind']} "
            + ", ".join(f"{part['key']} {part['answers']}" for part in one["becomes"])
            + (f"; {one['relabel']} to be given anew" if one["relabel"] else "")
            for one in found["choices"]
        ),
        f"{totals['carried']} of {totals['answers']} answers by people carried over, "
        f"{totals['relabel']} to be given anew",
        f"{models['carried']} of {models['answers']} answers by models carried over",
        f"fingerprint {found['fingerprint']}",
    ]
