"""Label Studio servers: connecting one, what goes there, how it stands, and what did not fit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guard import only_for
from accounts.selectors import stores_for
from annotation import label_studio_jobs as kinds
from annotation.label_studio_wording import problem_words, trouble_words
from annotation.models import LabelStudioProject, LabelStudioServer
from annotation.selectors.label_studio import (
    batches_to_push,
    edited_of,
    jobs_of,
    may_connect,
    problems_of,
    projects_listed,
    servers_for,
)
from annotation.selectors.leads import may_lead
from annotation.services.label_studio.connecting import (
    CannotConnect,
    server_change,
    server_connect,
    server_forget,
)
from annotation.services.label_studio.pushing import CannotPush, project_start
from annotation.views.label_studio_forms import ChangeForm, ConnectForm
from annotation.wording import batch_words
from common import doorway
from common.models import Job
from common.pages import page, wants_fragment
from common.services import job_create

_SIZE = 20  # problems on a page
_CRUMBS = [(gettext_lazy("Label Studio"), "label-studio")]


def _found(request: HttpRequest, server_id: int) -> LabelStudioServer:
    return get_object_or_404(servers_for(request.user), pk=server_id)


def _start(request: HttpRequest, kind: str, **arguments: Any) -> Job:
    job = job_create(actor=request.user, kind=kind, arguments=arguments)
    doorway.wake(job)
    return job


@sensitive_post_parameters("token")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@only_for(may_connect)
def servers(request: HttpRequest) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    ours = request.build_absolute_uri("/").rstrip("/")
    form = ConnectForm(given, stores=stores_for(request.user), initial={"our_url": ours})
    if given is not None and form.is_valid():
        try:
            made = server_connect(actor=request.user, **form.cleaned_data)
        except CannotConnect as error:
            form.add_error(error.field, trouble_words(error.code))
        else:
            _start(request, kinds.CHECK, server=made.pk)
            messages.success(request, _("The server is remembered, and is being checked."))
            return redirect("label-studio-server", made.pk)
    found = servers_for(request.user).prefetch_related("stores", "projects")
    context = {
        "servers": [(one, trouble_words(one.trouble) if one.trouble else "") for one in found],
        "form": form,
    }
    status = 422 if form.errors else 200
    title = gettext_lazy("Label Studio")
    return page(request, "annotation/label_studio.html", context, title=title, status=status)


@never_cache
@require_safe
@only_for(may_connect)
def server(request: HttpRequest, server_id: int) -> HttpResponse:
    found = _found(request, server_id)
    return _shown(request, found, ChangeForm(initial={"our_url": found.our_url}))


def _shown(request: HttpRequest, found: LabelStudioServer, form: ChangeForm) -> HttpResponse:
    projects = projects_listed(found)
    ours = [one.project for one in projects]
    listed = Paginator(problems_of(ours), _SIZE).get_page(request.GET.get("page"))
    edited = edited_of(ours)
    jobs = jobs_of(found)
    context = {
        "server": found,
        "findings": [(one["level"], trouble_words(one["code"], one)) for one in found.found],
        "trouble": trouble_words(found.trouble) if found.trouble else "",
        "projects": [(one, batch_words(one.project.batch)) for one in projects],
        "batches": [(one.pk, batch_words(one)) for one in batches_to_push(request.user, found)],
        "problems": listed,
        "rows": [
            (one, problem_words(one.problem, one.problem_about), _there(found, one))
            for one in listed
        ],
        "edited": [(one, _there(found, one)) for one in edited[:_SIZE]],
        "edited_count": edited.count(),
        "jobs": jobs,
        "going": any(not job.over for job in jobs),
        "may_lead": may_lead(request.user),
        "form": form,
    }
    fragment = "annotation/_label_studio_there.html"
    return page(
        request,
        fragment if wants_fragment(request) else "annotation/label_studio_server.html",
        context,
        title=found.name,
        crumbs=_CRUMBS,
        status=422 if form.errors else 200,
    )


def _there(found: LabelStudioServer, answer: Any) -> str:
    project = answer.task.project.remote_id
    if project is None or answer.task.remote_id is None:
        return ""
    return f"{found.url}/projects/{project}/data?task={answer.remote_task}"


@sensitive_post_parameters("token")
@require_POST
@only_for(may_connect)
def change(request: HttpRequest, server_id: int) -> HttpResponse:
    found = _found(request, server_id)
    form = ChangeForm(request.POST)
    if form.is_valid():
        try:
            server_change(actor=request.user, server=found, **form.cleaned_data)
        except CannotConnect as error:
            form.add_error(error.field, trouble_words(error.code))
        else:
            _start(request, kinds.CHECK, server=found.pk)
            messages.success(request, _("Changed. The server is being checked."))
            return redirect("label-studio-server", found.pk)
    return _shown(request, found, form)


@require_POST
@only_for(may_connect)
def check(request: HttpRequest, server_id: int) -> HttpResponse:
    found = _found(request, server_id)
    _start(request, kinds.CHECK, server=found.pk)
    messages.info(request, _("The server is being checked."))
    return redirect("label-studio-server", found.pk)


@require_POST
@only_for(may_connect)
def pull(request: HttpRequest, server_id: int) -> HttpResponse:
    found = _found(request, server_id)
    _start(request, kinds.PULL, server=found.pk, whole=True)
    messages.info(request, _("Everything there is being compared with what is here."))
    return redirect("label-studio-server", found.pk)


@require_POST
@only_for(may_connect)
def push(request: HttpRequest, server_id: int) -> HttpResponse:
    found = _found(request, server_id)
    live = found.projects.filter(state__in=["sending", "open"]).values_list("batch", flat=True)
    wanted = request.POST.get("batch", "")
    if not wanted.isdecimal() or len(wanted) > 18:
        raise Http404
    batch = batches_to_push(request.user, found).filter(pk=wanted).first()
    if batch is None:
        mine = found.projects.filter(batch_id=wanted, batch_id__in=live).first()
        if mine is None:
            raise Http404
        batch = mine.batch
    try:
        project = project_start(
            actor=request.user,
            server=found,
            batch=batch,
            stores=stores_for(request.user),
            again="again" in request.POST,
        )
    except CannotPush as error:
        messages.error(request, trouble_words(error.code))
    else:
        _start(request, kinds.PUSH, project=project.pk)
        messages.success(request, _("The batch is being sent. It is labelled there from now on."))
    return redirect("label-studio-server", found.pk)


@require_POST
@only_for(may_connect)
def project(request: HttpRequest, server_id: int, project_id: int, what: str) -> HttpResponse:
    found = _found(request, server_id)
    one = get_object_or_404(LabelStudioProject, server=found, pk=project_id)
    if what == "models":
        _start(request, kinds.BACKEND, project=one.pk)
        messages.info(request, _("The project there is told where to ask for pre-labels."))
    elif what == "withdraw":
        _start(request, kinds.WITHDRAW, project=one.pk)
        messages.info(request, _("Its answers are brought in, then it is deleted there."))
    else:
        raise Http404
    return redirect("label-studio-server", found.pk)


@require_POST
@only_for(may_connect)
def forget(request: HttpRequest, server_id: int) -> HttpResponse:
    found = _found(request, server_id)
    try:
        server_forget(actor=request.user, server=found, destroyed="destroyed" in request.POST)
    except CannotConnect as error:
        messages.error(request, trouble_words(error.code))
        return redirect("label-studio-server", found.pk)
    messages.success(request, _("The server is forgotten, and its token with it."))
    return redirect("label-studio")
