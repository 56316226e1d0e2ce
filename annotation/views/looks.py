"""Mentions whose words were cut when their review was redacted anew."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.guard import only_for
from annotation.models import MentionLook
from annotation.selectors.blindness import only_labels
from annotation.selectors.looks import looks_mine, looks_open, may_decide_looks
from annotation.services.remapping import LookDecided, look_decide
from annotation.wording import kind_words
from common.pages import page

_SIZE = 30  # mentions on a page


@require_safe
@only_for(may_decide_looks)
def looks(request: HttpRequest) -> HttpResponse:
    found = looks_open(request.user)
    listed = Paginator(found, _SIZE).get_page(request.GET.get("page"))
    context = {
        "looks": listed,
        "rows": [_row(look) for look in listed],
        "named": not only_labels(request.user),
    }
    return page(request, "annotation/looks.html", context, title=gettext_lazy("Cut mentions"))


def _row(look: MentionLook) -> dict[str, object]:
    """The text around the mention as it stands now, and the words as they were marked."""
    mention = look.mention
    assert mention is not None  # noqa: S101 - the selector leaves the others out
    text = mention.revision.text
    return {
        "look": look,
        "mention": mention,
        "kind": kind_words(mention.kind),
        "before": text[: mention.start],
        "words": text[mention.start : mention.end],
        "after": text[mention.end :],
    }


@require_POST
@only_for(may_decide_looks)
def look(request: HttpRequest, look_id: int) -> HttpResponse:
    found = get_object_or_404(looks_mine(request.user), pk=look_id)
    keep = request.POST.get("action") == "keep"
    try:
        look_decide(actor=request.user, look_id=found.pk, keep=keep)
    except LookDecided:
        messages.info(request, _("Somebody else decided this one already."))
    else:
        messages.success(request, _("The mention stays.") if keep else _("The mention is gone."))
    return redirect("mention-looks")
