"""The list of batches, and the page on which they are labelled."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.selectors import stores_for
from annotation.keeping import page_keys
from annotation.label_wording import questions_words, words
from annotation.models import Batch
from annotation.selectors.assignments import may_label
from annotation.selectors.label_quality import own_agreement, own_gold
from annotation.selectors.labelling import batches_listed, done_today, questions_version
from annotation.selectors.progress import progress_seen
from annotation.selectors.qualification import (
    attempt_last,
    attempt_progress,
    is_test,
    tests_seen,
)
from annotation.views.label_json import batch_for, guideline_json, person
from annotation.wording import batch_words
from common.pages import page


def _annotator(request: HttpRequest) -> None:
    if not may_label(request.user):
        raise PermissionDenied


@never_cache
@require_safe
@login_required
def batches(request: HttpRequest) -> HttpResponse:
    _annotator(request)
    listed = batches_listed(person(request))
    context = {
        "batches": [one for one in listed if one.left],
        "finished": [one for one in listed if not one.left and one.today],
        "config": _config(request) | {"page": "list"},
        "tests": tests_seen(person(request)),
        "own": own_agreement(person(request)),
        "own_gold": own_gold(stores_for(request.user), person(request)),
    }
    return page(request, "annotation/batches.html", context, title=gettext_lazy("Label"))


@never_cache
@require_safe
@login_required
def labelling(request: HttpRequest, batch_id: int) -> HttpResponse:
    _annotator(request)
    batch = batch_for(request, batch_id)
    context = {
        "batch": batch,
        "config": _batch_config(request, batch),
        "attempt": attempt_last(person(request), batch) if is_test(batch) else None,
    }
    crumbs = [(gettext_lazy("Label"), "label")]
    return page(request, "annotation/label.html", context, title=batch_words(batch), crumbs=crumbs)


def _config(request: HttpRequest) -> dict[str, object]:
    return {
        "user": request.user.pk,
        "keys": page_keys(person(request)),
        "csrf": get_token(request),
        "base": reverse("label"),
        "words": words(),
    }


def _batch_config(request: HttpRequest, batch: Batch) -> dict[str, object]:
    if is_test(batch):
        counts = attempt_progress(person(request), batch)
    else:
        counts = progress_seen(person(request), [batch])[batch.pk]
    return _config(request) | {
        "page": "batch",
        "batch": batch.pk,
        "is_test": is_test(batch),
        "ended": counts["ended"],
        "wanted": counts["wanted"],
        "today": done_today(person(request), batch),
        "all_mentions": batch.all_mentions,
        "shows_answers": batch.shows_answers,
        "guideline": guideline_json(),
        "asked": questions_version(),
        **questions_words(batch.questions),
    }
