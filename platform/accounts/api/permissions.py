from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.api.principals import principal_name, principal_of
from accounts.models import ApiKey, Role, Scope
from accounts.selectors import has_role

if TYPE_CHECKING:
    # Imported by DRF's views, so at run time this would be a circle.
    from rest_framework.views import APIView

PUBLIC: Final = "public"
"""The rule of a view that anybody may ask; it must show nothing of any store."""

# What people may do by their roles when they use the API with their session. Annotators are in
# none: a model's answers would lead them.
_ROLES: Mapping[Any, tuple[Any, ...]] = {
    Scope.REVIEWS_READ: (
        Role.MANAGER,
        Role.INTEGRATOR,
        Role.ML_ENGINEER,
        Role.PRIVACY_OFFICER,
    ),
    Scope.REVIEWS_WRITE: (Role.INTEGRATOR, Role.MANAGER, Role.ML_ENGINEER),
    Scope.ANALYZE: (Role.INTEGRATOR, Role.MANAGER, Role.ML_ENGINEER),
    Scope.PRIVACY: (Role.PRIVACY_OFFICER,),
    Scope.INDICES_READ: (Role.MANAGER, Role.INTEGRATOR, Role.ML_ENGINEER),
}
# Erasing is also a privacy officer's work.
_ALSO_MAY: Mapping[Any, Any] = {
    ("DELETE", Scope.REVIEWS_WRITE): Role.PRIVACY_OFFICER,
}


def rule_of(view: APIView, method: str) -> str | None:
    """The scope that `method` needs, PUBLIC, or None when the view names none (then: nobody)."""
    rule = getattr(view, "required_scope", None)
    if isinstance(rule, Mapping):
        return rule.get("GET" if method == "HEAD" else method)
    return rule


class HasScope(BasePermission):
    """The view's `required_scope`: a Scope, PUBLIC, or one of these for each method."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        method = request.method or ""
        rule = rule_of(view, method)
        if rule == PUBLIC:
            return True
        if method == "OPTIONS" or not hasattr(view, method.lower()):
            # The latter is answered with 405.
            return principal_name(request) is not None
        if rule is None:
            return False
        principal = principal_of(request)
        if isinstance(principal, ApiKey):
            self.message = _("This key lacks the scope “%(scope)s”.") % {"scope": str(rule)}
            return rule in principal.scopes
        also = _ALSO_MAY.get((method, rule))
        return has_role(principal, *_ROLES[rule], *([also] if also else []))
