"""The site: the admin's shell, in which our own pages live too."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.forms import AuthenticationForm as ShellAuthenticationForm
from unfold.sites import UnfoldAdminSite


class SignInForm(ShellAuthenticationForm):
    """The shell's form; staff rights are not asked for, an active account is enough."""

    error_messages = AuthenticationForm.error_messages

    def confirm_login_allowed(self, user: Any) -> None:
        AuthenticationForm.confirm_login_allowed(self, user)


class VerbatimSite(UnfoldAdminSite):
    """Everybody with an account may sign in; lists of rows are for superusers.

    What a person sees of our own pages is decided by their stores and roles.
    """

    login_form = SignInForm

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated and request.user.is_active)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The dashboard is the front page; a list of tables is none."""
        return HttpResponseRedirect(reverse("dashboard"))
