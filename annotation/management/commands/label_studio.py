from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Store
from annotation import label_studio_jobs as kinds
from annotation.label_studio_wording import problem_words, trouble_words
from annotation.models import Batch, LabelStudioServer
from annotation.selectors.label_studio import problems_of, projects_listed
from annotation.services.label_studio.connecting import CannotConnect, server_connect
from annotation.services.label_studio.pushing import CannotPush, project_start
from common.commands import CommandFailure
from common.complaints import complaint_words
from common.doorway import run_and_wait
from common.environment import text
from common.models import Job
from common.services import job_create


class Command(BaseCommand):
    help = "Label Studio servers: connect one, check it, send it a batch, bring answers in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
        actions = parser.add_subparsers(dest="action", required=True)
        connect = actions.add_parser("connect", help="remember a server; its token comes on stdin")
        connect.add_argument("name")
        connect.add_argument("url", help="https://labels.example.com")
        connect.add_argument("--our-url", required=True, help="how the server reaches us")
        connect.add_argument("--store", action="append", default=[], help="key; all without it")
        for name, words in (
            ("check", "say what is wrong with it"),
            ("pull", "bring everything in now"),
            ("status", "batches, answers and problems"),
        ):
            actions.add_parser(name, help=words).add_argument("name")
        push = actions.add_parser("push", help="send a batch, or what is new in it")
        push.add_argument("name")
        push.add_argument("batch", help="its name or number")
        push.add_argument("--again", action="store_true", help="also what was deleted there")
        push.add_argument("--pre-labels", action="store_true", help="offer the champion as a model")
        for found in actions.choices.values():
            found.add_argument("--json", action="store_true", default=False, help="as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        told = getattr(self, f"_{options['action']}")(options)
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            for line in told.pop("lines", []):
                self.stdout.write(line)

    def _connect(self, options: dict[str, Any]) -> dict[str, Any]:
        stores = list(Store.objects.filter(key__in=options["store"]) or Store.objects.all())
        if missing := set(options["store"]) - {store.key for store in stores}:
            raise CommandFailure(f"--store: there is no {', '.join(sorted(missing))}")
        token = text("LABEL_STUDIO_TOKEN") or sys.stdin.readline().strip()
        try:
            server = server_connect(
                actor=None,
                name=options["name"],
                url=options["url"],
                our_url=options["our_url"],
                token=token,
                stores=stores,
            )
        except CannotConnect as error:
            raise CommandFailure(f"{error.field}: {trouble_words(error.code)}") from error
        return self._check({**options, "server": server})

    def _check(self, options: dict[str, Any]) -> dict[str, Any]:
        server = _server(options["name"])
        found = _done(job_create(actor=None, kind=kinds.CHECK, arguments={"server": server.pk}))
        findings = [
            {**one, "words": trouble_words(one["code"], one)} for one in found.result["found"]
        ]
        marks = {"good": "good:", "care": "take care:", "bad": "wrong:"}
        lines = [f"{marks[one['level']]} {one['words']}" for one in findings]
        if any(one["level"] == "bad" for one in findings) and not options["json"]:
            raise CommandFailure("\n".join(lines))
        return {"server": server.name, "found": findings, "lines": lines}

    def _push(self, options: dict[str, Any]) -> dict[str, Any]:
        server, batch = _server(options["name"]), _batch(options["batch"])
        try:
            project = project_start(
                actor=None,
                server=server,
                batch=batch,
                stores=Store.objects.all(),
                again=options["again"],
            )
        except CannotPush as error:
            raise CommandFailure(trouble_words(error.code)) from error
        arguments = {"project": project.pk, "backend": options["pre_labels"]}
        result = _done(job_create(actor=None, kind=kinds.PUSH, arguments=arguments)).result
        project.refresh_from_db()
        url = f"{server.url}/projects/{project.remote_id}/data"
        line = f"{result['sent']} sent, {result['tasks']} there: {url}"
        return {**result, "project": project.remote_id, "url": url, "lines": [line]}

    def _pull(self, options: dict[str, Any]) -> dict[str, Any]:
        arguments = {"server": _server(options["name"]).pk, "whole": True}
        _done(job_create(actor=None, kind=kinds.PULL, arguments=arguments))
        return self._status(options)

    def _status(self, options: dict[str, Any]) -> dict[str, Any]:
        server = _server(options["name"])
        listed = projects_listed(server)
        problems = [
            {"batch": one.task.project.batch.name, "task": one.remote_task, "problem": one.problem}
            | {"words": problem_words(one.problem, one.problem_about)}
            for one in problems_of([found.project for found in listed])
        ]
        batches = [
            {
                "batch": one.project.batch.name,
                "project": one.project.remote_id,
                "state": one.project.state,
                "waiting": one.waiting,
                "there": one.there,
                "deleted": one.deleted,
                "answers": one.answers,
                "skipped": one.skipped,
                "edited": one.edited,
                "problems": one.problems,
                "pulled_at": one.project.pulled_at and one.project.pulled_at.isoformat(),
            }
            for one in listed
        ]
        lines = [trouble_words(server.trouble)] if server.trouble else []
        lines += [
            f'"{one["batch"]}" ({one["state"]}): {one["there"]} there, {one["answers"]} answered, '
            f"{one['skipped']} skipped, {one['problems']} problems"
            f"{', changed by somebody else: ' + str(one['edited']) if one['edited'] else ''}"
            for one in batches
        ]
        lines += [f'  "{one["batch"]}", task {one["task"]}: {one["words"]}' for one in problems]
        return {
            "server": server.name,
            "trouble": server.trouble,
            "batches": batches,
            "problems": problems,
            "lines": lines or ["No batch was sent there yet."],
        }


def _server(name: str) -> LabelStudioServer:
    found = LabelStudioServer.objects.filter(name=name).first()
    if found is None:
        names = ", ".join(LabelStudioServer.objects.values_list("name", flat=True)) or "none"
        raise CommandFailure(f"There is no server {name!r}; connected: {names}")
    return found


def _batch(name: str) -> Batch:
    found = Batch.objects.filter(name=name).first()
    if found is None and name.isdecimal() and len(name) < 18:
        found = Batch.objects.filter(pk=name).first()
    if found is None:
        raise CommandFailure(f"There is no batch {name!r}; make one with make_batch")
    return found


def _done(job: Job) -> Job:
    done = run_and_wait(job)
    if done.state != Job.State.SUCCEEDED:
        raise CommandFailure(complaint_words(done.error) or f"job {done.pk} was {done.state}")
    return done
