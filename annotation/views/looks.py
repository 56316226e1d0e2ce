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
from accounts.selectors import stores_for
from annotation.models import MentionLook
from annotation.selectors.looks import looks_open, may_decide_looks
from annotation.services.remapping import look_decide
from annotation.wording import kind_words
from common.pages import page

_SIZE = 30  # mentions on a page


@require_safe
@only_for(may_decide_looks)
def looks(request: HttpRequest) -> HttpResponse:
    found = looks_open(stores_for(request.user))
    listed = Paginator(found, _SIZE).get_page(request.GET.get("page"))
    context = {"looks": listed, "rows": [_row(look) for look in listed]}
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
    mine = MentionLook.objects.filter(review__store__in=stores_for(request.user))
    found = get_object_or_404(mine, pk=look_id)
    if found.state != MentionLook.State.OPEN:
        messages.info(request, _("Somebody else decided this one already."))
    else:
        keep = request.POST.get("action") == "keep"
        look_decide(actor=request.user, look=found, keep=keep)
        messages.success(request, _("The mention stays.") if keep else _("The mention is gone."))
    return redirect("mention-looks")
