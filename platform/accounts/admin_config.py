from django.contrib.admin.apps import AdminConfig


class VerbatimAdminConfig(AdminConfig):
    """Django's admin with our site in the place of its own."""

    default_site = "accounts.admin_site.VerbatimSite"
