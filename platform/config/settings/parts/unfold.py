"""The admin's shell."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _


def _superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_superuser)


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: bool(request.user.has_perm(permission))


def _is_open(route: str) -> Callable[[HttpRequest], bool]:
    """Whether the page asked for lies under `route`; the front page only when it is the page."""

    def check(request: HttpRequest) -> bool:
        home = reverse(route)
        return request.path == home if home == "/" else request.path.startswith(home)

    return check


def _is_policies(request: HttpRequest) -> bool:
    """The front page of redaction lies above the others in the address, not in the menu."""
    home = reverse("redaction-policies")
    return request.path == home or request.path.startswith(f"{home}sources/")


def _item(title: object, icon: str, route: str) -> dict[str, object]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(route),
        "active": _is_open(route),
    }


def _doubts(request: HttpRequest) -> bool:
    from reviews.selectors.reviewing import may_review_doubts

    return may_review_doubts(request.user)


def _labels(request: HttpRequest) -> bool:
    from annotation.selectors.assignments import may_label

    return may_label(request.user)


def _moves_labels(request: HttpRequest) -> bool:
    from annotation.selectors.label_files import may_move_labels

    return may_move_labels(request.user)


def _label_studio(request: HttpRequest) -> bool:
    from annotation.selectors.label_studio import may_connect

    return may_connect(request.user)


def _leads(request: HttpRequest) -> bool:
    from annotation.selectors.leads import may_lead

    return may_lead(request.user)


def _is_labelling(request: HttpRequest) -> bool:
    # How good the labels are has an item of its own.
    return _is_open("label")(request) and not _is_label_quality(request)


def _is_label_quality(request: HttpRequest) -> bool:
    return any(_is_open(route)(request) for route in ("label-quality", "adjudicate"))


def _for_superusers(item: dict[str, object]) -> dict[str, object]:
    return item | {"permission": _superuser}


def _is_privacy(request: HttpRequest) -> bool:
    # The requests of people and the audit trail have items of their own.
    own = ("requests", "audit")
    return _is_open("privacy")(request) and not any(_is_open(route)(request) for route in own)


def _officer(request: HttpRequest) -> bool:
    # The settings come before the apps, so the role is asked for when the menu is drawn.
    from accounts.selectors import is_privacy_officer

    return is_privacy_officer(request.user)


def _for_officers(item: dict[str, object]) -> dict[str, object]:
    return item | {"permission": _officer}


UNFOLD = {
    "SITE_TITLE": "Verbatim",
    "SITE_HEADER": "Verbatim",
    "SITE_SUBHEADER": _("What shoppers say, in figures"),
    "SITE_SYMBOL": "forum",
    "SITE_URL": "",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("analytics/icon.svg"),
        }
    ],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "THEME": "light",
    "STYLES": [
        lambda request: static("analytics/verbatim.css"),
        lambda request: static("privacy/privacy.css"),
    ],
    "SCRIPTS": [lambda request: static("analytics/verbatim.js")],
    # One accent for what can be clicked. Blue and orange are kept for what figures say.
    "COLORS": {
        "primary": {
            "50": "oklch(97.5% .012 300)",
            "100": "oklch(94.5% .026 300)",
            "200": "oklch(89% .05 300)",
            "300": "oklch(80% .09 300)",
            "400": "oklch(69% .13 300)",
            "500": "oklch(58% .16 300)",
            "600": "oklch(49% .16 300)",
            "700": "oklch(43% .14 300)",
            "800": "oklch(37% .12 300)",
            "900": "oklch(31% .09 300)",
            "950": "oklch(23% .07 300)",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "title": _("Look"),
                "items": [
                    _item(_("Dashboard"), "monitoring", "dashboard"),
                    _item(_("Reviews"), "reviews", "reviews"),
                    _item(_("Products"), "inventory_2", "products"),
                ],
            },
            {
                "title": _("Run"),
                "items": [
                    _item(_("Imports"), "upload_file", "imports"),
                    _item(_("Data quality"), "fact_check", "quality"),
                    _item(_("Models"), "model_training", "models"),
                    _item(_("Jobs"), "work_history", "jobs"),
                    _item(_("REST API"), "api", "api:docs"),
                ],
            },
            {
                "title": _("Labels"),
                "items": [
                    _item(_("Label"), "edit_note", "label")
                    | {"permission": _labels, "active": _is_labelling},
                    _item(_("Batches"), "inbox_customize", "batches") | {"permission": _leads},
                    _item(_("Label quality"), "handshake", "label-quality")
                    | {"permission": _leads, "active": _is_label_quality},
                    _item(_("Label sets"), "rule", "label-sets") | {"permission": _leads},
                    _item(_("Guideline"), "menu_book", "guideline") | {"permission": _leads},
                    _item(_("Label files"), "drive_file_move", "label-files")
                    | {"permission": _moves_labels},
                    _item(_("Label Studio"), "cable", "label-studio")
                    | {"permission": _label_studio},
                ],
            },
            {
                "title": _("Redaction"),
                "items": [
                    _item(_("Try a text"), "science", "redaction-try") | {"permission": _officer},
                    _item(_("Review queue"), "fact_check", "redaction-queue")
                    | {"permission": _doubts},
                    _item(_("Policies"), "policy", "redaction-policies")
                    | {"permission": _officer, "active": _is_policies},
                    _item(_("Lists"), "list_alt", "redaction-lists") | {"permission": _officer},
                ],
            },
            {
                "title": _("Privacy"),
                "items": [
                    _for_officers(
                        _item(_("Privacy"), "shield_person", "privacy") | {"active": _is_privacy}
                    ),
                    _for_officers(_item(_("Requests of people"), "contact_mail", "requests")),
                    _item(_("Audit trail"), "history_edu", "audit")
                    | {"permission": _may("privacy.see_audit_trail")},
                ],
            },
            {
                "title": _("Administration"),
                "items": [
                    _for_superusers(_item(_("Users"), "group", "admin:accounts_user_changelist")),
                    _for_superusers(_item(_("Stores"), "store", "admin:accounts_store_changelist")),
                    _for_superusers(
                        _item(_("API keys"), "key", "admin:accounts_apikey_changelist")
                    ),
                ],
            },
        ],
    },
}
