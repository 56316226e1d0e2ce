"""The guideline: what is in force, its draft in two languages, and publishing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guard import only_for
from annotation import guideline_text
from annotation.selectors.guidelines import (
    answers_resting_on,
    clauses_outdated,
    draft_differences,
    draft_problems,
    guideline_draft,
    guideline_now,
    guidelines_followed,
    newer_shipped,
)
from annotation.selectors.label_sets import may_change_sets, questions_asked
from annotation.selectors.labelling import guideline_clauses
from annotation.services.guidelines import (
    SAMPLE,
    BadDraft,
    draft_discard,
    draft_publish,
    draft_save,
)
from annotation.wording import batch_words
from common.pages import page


@require_safe
@only_for(may_change_sets)
def show(request: HttpRequest) -> HttpResponse:
    version, clauses = guideline_clauses()
    context = {
        "version": version,
        "clauses": clauses,
        "now": guideline_now(),
        "asked": questions_asked(),
        "draft": guideline_draft(),
        "history": guidelines_followed(),
        "shipped": newer_shipped(),
        "outdated": clauses_outdated(),
        "chinese": (get_language() or "").startswith("zh"),
    }
    return page(request, "annotation/guideline.html", context, title=gettext_lazy("Guideline"))


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(may_change_sets)
def edit(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        if request.POST.get("action") == "discard":
            draft_discard(actor=request.user)
            messages.success(request, _("The draft is gone; the guideline in force stays."))
            return redirect("guideline")
        try:
            draft_save(
                actor=request.user,
                text_en=request.POST.get("text_en", ""),
                text_zh=request.POST.get("text_zh", ""),
                note=request.POST.get("note", "")[:2000],
            )
        except BadDraft as bad:
            messages.error(request, str(bad))
        else:
            messages.success(request, _("The draft is saved; nobody labels by it yet."))
        return redirect("guideline-edit")
    return _edit_page(request)


def _edit_page(request: HttpRequest) -> HttpResponse:
    now, draft = guideline_now(), guideline_draft()
    texts: dict[str, Any] = {
        "text_en": draft.text_en if draft else now.text_en if now else "",
        "text_zh": draft.text_zh if draft else now.text_zh if now else "",
        "note": draft.note if draft else "",
    }
    if request.GET.get("from") == "shipped":
        texts |= {"text_en": guideline_text.shipped("en"), "text_zh": guideline_text.shipped("zh")}
    changed = draft_differences(texts["text_en"], texts["text_zh"])
    resting = answers_resting_on(changed, (now.version if now else 0) + 1)
    context = {
        **texts,
        "now": now,
        "draft": draft,
        "outdated": draft is not None and now is not None and draft.based_on != now.version,
        "problems": draft_problems(texts["text_en"], texts["text_zh"]),
        "changed": changed,
        "asked": questions_asked(),
        "reviews": resting.order_by().values("revision__review").distinct().count(),
        "sample": SAMPLE,
        "next": (now.version if now else 0) + 1,
    }
    return page(
        request,
        "annotation/guideline_edit.html",
        context,
        title=gettext_lazy("Draft"),
        crumbs=[(gettext_lazy("Guideline"), "guideline")],
    )


@require_POST
@only_for(may_change_sets)
def publish(request: HttpRequest) -> HttpResponse:
    number = request.POST.get("sample", "")
    sample = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else SAMPLE
    try:
        made, batch = draft_publish(actor=request.user, sample=sample)
    except BadDraft as bad:
        messages.error(request, str(bad))
        return redirect("guideline-edit")
    messages.success(request, _("Version %(version)s is in force.") % {"version": made.version})
    if batch is not None:
        messages.info(
            request,
            _("“%(name)s” with %(n)s reviews is prepared; open it under Label sets.")
            % {"name": batch_words(batch), "n": batch.items.count()},
        )
    return redirect("guideline")
