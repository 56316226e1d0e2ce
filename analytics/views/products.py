"""Products: a list to compare, and one with its figures and its sentences for and against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from analytics.selectors import headline, index_rows
from analytics.selectors.browsing import reviews_sought
from analytics.views.dashboard import filters_of
from analytics.views.filtering import PageFilters, page_filters
from analytics.views.reviews import review_rows
from annotation.selectors.label_sets import questions_asked
from common.pages import page
from common.templatetags.pages import named
from modelops.selectors import champion
from reviews.models import Channel, Product
from reviews.selectors.listing import review_page
from reviews.selectors.products import products_for, products_named, stars_counted
from taxonomy.questions import QUESTIONS, Choice

_SIZE = 30  # products on a page
_SENTENCES = 5  # on each side


@require_safe
@login_required
def products(request: HttpRequest) -> HttpResponse:
    chosen = page_filters(request, period="all")
    found = products_named(products_for(chosen.sought.stores), chosen.sought.words)
    if chosen.sought.category:
        found = found.filter(category=chosen.sought.category)
    if chosen.sought.without_category:
        found = found.filter(category__isnull=True)
    # The most talked about first; figures come from the cells, one question for all products.
    figures = {
        figure.ref: figure
        for figure in index_rows(
            "sentiment", "product", stores=chosen.stores, filters=filters_of(chosen)
        )
    }
    listed = sorted(
        found,
        key=lambda product: (-(figures[product.pk].n if product.pk in figures else 0), product.pk),
    )
    shown = Paginator(listed, _SIZE).get_page(request.GET.get("page"))
    context = {
        "chosen": chosen,
        "products": shown,
        "rows": [(product, figures.get(product.pk)) for product in shown],
        "any": bool(listed) or products_for(chosen.stores).exists(),
    }
    return page(request, "analytics/products.html", context, title=gettext_lazy("Products"))


@require_safe
@login_required
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    chosen = page_filters(request, period="all")
    found = get_object_or_404(products_for(chosen.stores), pk=product_id)
    filters = filters_of(chosen, products=(found.pk,), stores=(), categories=())
    asked = next(q.choices for q in questions_asked() if q.key == "sentiment")
    context = {
        "chosen": chosen,
        "product": found,
        "headlines": [headline(q.key, stores=chosen.stores, filters=filters) for q in QUESTIONS],
        "choices": asked,
        "stars": _stars(chosen, found, asked),
        "sides": [
            {
                "polarity": sign,
                "rows": _sentences(chosen, found, _of_sign(asked, sign), request.user),
            }
            for sign in (1, -1)
        ],
        "variants": products_for(chosen.stores).filter(variant_of=found),
        "model": champion(),
    }
    return page(
        request,
        "analytics/product.html",
        context,
        title=named(found),
        crumbs=[(gettext_lazy("Products"), "products")],
    )


def _of_sign(choices: Sequence[Choice], polarity: int) -> tuple[str, ...]:
    return tuple(one.key for one in choices if one.polarity == polarity)


def _stars(chosen: PageFilters, found: Product, choices: Sequence[Choice]) -> list[dict[str, Any]]:
    """Reviews by stars, five first, each split by what the text says."""
    base = chosen.sought.but(
        stores=chosen.stores,
        product=found,
        category=None,
        channel=Channel.REVIEW.value,
        counted=True,
    )
    whole = stars_counted(reviews_sought(base))
    split = {
        choice: stars_counted(reviews_sought(base.but(answers={"sentiment": choice.key})))
        for choice in choices
    }
    most = max(whole.values(), default=0)
    return [
        {
            "stars": stars,
            "n": whole[stars],
            "parts": [
                {
                    "choice": choice.key,
                    "polarity": choice.polarity,
                    "n": counts[stars],
                    "share": counts[stars] / most if most else 0,
                }
                for choice, counts in split.items()
            ],
        }
        for stars in range(5, 0, -1)
    ]


def _sentences(
    chosen: PageFilters, found: Product, choices: tuple[str, ...], reader: Any
) -> list[dict[str, Any]]:
    """The newest reviews whose sentiment is one of `choices`, as the list of reviews shows them."""
    sought = chosen.sought.but(
        stores=chosen.stores,
        product=found,
        category=None,
        channel=Channel.REVIEW.value,
        counted=True,
        answers={"sentiment": choices},
    )
    return review_rows(review_page(reviews_sought(sought), size=_SENTENCES).reviews, reader)
