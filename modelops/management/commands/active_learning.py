from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction
from typing import Any

from accounts.models import Store, User
from common import doorway
from common.commands import CommandFailure
from modelops.management.base import ModelCommand
from modelops.selectors.active import active_plan, outlook, plan_stores
from modelops.services.active import Planned, active_plan_set, active_step

_NUMBERS = ("new_labels", "days", "batch_size", "overlap")
_SETTINGS = (*_NUMBERS, "person", "explored", "language", "store", "promote")


class Command(ModelCommand):
    help = "Tell or set when models are trained by themselves and what is proposed to label next."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--on", action="store_true", help="train by itself from now on")
        parser.add_argument("--off", action="store_true", help="no longer")
        parser.add_argument("--as", dest="person", help="the ML engineer whose stores are drawn")
        parser.add_argument("--new-labels", type=int, help="newly labelled reviews (default: 200)")
        parser.add_argument("--days", type=int, help="or days, if any came (default: 7)")
        parser.add_argument("--batch-size", type=int, help="reviews proposed (default: 100)")
        parser.add_argument("--overlap", type=int, help="people who answer each (default: 1)")
        parser.add_argument("--explored", type=float, help="share drawn at random (default: 0.2)")
        parser.add_argument("--language", action="append", help="en, zh; default: all")
        parser.add_argument("--store", action="append", help="key; default: all of the person's")
        parser.add_argument(
            "--promote",
            action=BooleanOptionalAction,
            default=None,
            help="let a version that passes every check answer at once (default: as it was set)",
        )
        parser.add_argument("--now", action="store_true", help="do what is due, without waiting")

    def run(self, **options: Any) -> None:
        if options["on"] or options["off"]:
            self._set(options)
        elif any(options[name] is not None for name in _SETTINGS):
            raise CommandFailure("Give --on or --off with what you set.")
        jobs = active_step(actor=None) if options["now"] else []
        for job in jobs:
            doorway.wake(job)
        found = outlook(active_plan())
        told = {
            "on": found.plan.is_on,
            "labelled": found.labelled,
            "wanted": found.plan.new_labels,
            "due": found.due,
            "by": found.by and found.by.isoformat(),
            "draft": found.draft and found.draft.name,
            "problem": found.problem,
            "jobs": [job.pk for job in jobs],
        }
        if options["json"]:
            self.print_json(told)
        else:
            for name, value in told.items():
                self.stdout.write(f"{name}: {value}")

    def _set(self, options: dict[str, Any]) -> None:
        if options["on"] and options["off"]:
            raise CommandFailure("Give --on or --off, not both.")
        plan = active_plan()
        person = User.objects.filter(username=options["person"]).first() or plan.owner
        if person is None or (options["person"] and person.username != options["person"]):
            raise CommandFailure("--as: name the ML engineer in whose name batches are drawn.")
        wanted = Planned(
            is_on=options["on"],
            promotes=plan.promotes if options["promote"] is None else options["promote"],
            languages=plan.languages if options["language"] is None else options["language"],
            stores=_stores(options["store"]) if options["store"] else plan_stores(plan),
            explored=plan.explored if options["explored"] is None else options["explored"],
            **{
                name: getattr(plan, name) if options[name] is None else options[name]
                for name in _NUMBERS
            },
        )
        active_plan_set(actor=person, wanted=wanted)


def _stores(keys: list[str]) -> list[Store]:
    found = list(Store.objects.filter(key__in=keys))
    if unknown := set(keys) - {store.key for store in found}:
        raise CommandFailure(f"--store: there is no {', '.join(sorted(unknown))}.")
    return found
