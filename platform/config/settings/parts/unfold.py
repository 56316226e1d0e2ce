"""The admin's shell."""

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _item(title: object, icon: str, route: str) -> dict[str, object]:
    return {"title": title, "icon": icon, "link": reverse_lazy(route)}


UNFOLD = {
    "SITE_TITLE": "Verbatim",
    "SITE_HEADER": "Verbatim",
    "SITE_SUBHEADER": _("What shoppers say, in figures"),
    "SITE_SYMBOL": "forum",
    "SITE_URL": "/",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "STYLES": [lambda request: static("analytics/verbatim.css")],
    "SCRIPTS": [],
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
                    _item(_("Models"), "model_training", "models"),
                    _item(_("Jobs"), "work_history", "jobs"),
                ],
            },
            {
                "title": _("Administration"),
                "collapsible": True,
                "items": [
                    _item(_("Users"), "group", "admin:accounts_user_changelist"),
                    _item(_("Stores"), "store", "admin:accounts_store_changelist"),
                    _item(_("API keys"), "key", "admin:accounts_apikey_changelist"),
                ],
            },
        ],
    },
}
