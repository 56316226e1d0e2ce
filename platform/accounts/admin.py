"""Lists of people, stores and keys, for superusers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from accounts.models import ApiKey, Role, Scope, Store, User
from accounts.services.apikeys import apikey_create, apikey_revoke
from common.templatetags.pages import named


class SuperusersOnly:
    """Nobody else sees or changes these rows, whatever model permissions they were given."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._allowed(request)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._allowed(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._allowed(request)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._allowed(request)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._allowed(request)

    @staticmethod
    def _allowed(request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)


class StoresField(forms.ModelMultipleChoiceField):
    """Stores to tick, by their names in the reader's language."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def label_from_instance(self, obj: Any) -> str:
        return named(obj)


class PersonForm(UserChangeForm):
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget
    )
    stores = StoresField(label=_("Stores"), queryset=Store.objects.all(), required=False)
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )


@admin.register(User)
class UserAdmin(SuperusersOnly, DjangoUserAdmin, ModelAdmin):
    form = PersonForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "role_names", "store_names", "is_active", "is_superuser")
    list_filter = ("is_active", "is_superuser", "stores")
    search_fields = ("username", "email", "first_name", "last_name")
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email", "language")}),
        (_("What they may do"), {"fields": ("roles", "stores", "is_active", "is_superuser")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )

    def get_queryset(self, request: HttpRequest):  # type: ignore[no-untyped-def]
        return super().get_queryset(request).prefetch_related("stores")

    @admin.display(description=_("roles"))
    def role_names(self, user: User) -> str:
        return ", ".join(str(Role(role).label) for role in user.roles) or "–"

    @admin.display(description=_("stores"))
    def store_names(self, user: User) -> str:
        if user.is_superuser:
            return str(_("every store"))
        return ", ".join(named(store) for store in user.stores.all()) or "–"


@admin.register(Store)
class StoreAdmin(SuperusersOnly, ModelAdmin):
    list_display = ("key", "name_en", "name_zh")
    search_fields = ("key", "name_en", "name_zh")

    def get_readonly_fields(self, request: HttpRequest, obj: Store | None = None) -> list[str]:
        # The key stands in addresses, exports and other people's programs.
        return ["key"] if obj is not None else []

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Reviews hang on a store; taking one away is not a click."""
        return False


class KeyForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), choices=Scope.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    stores = StoresField(label=_("Stores"), queryset=Store.objects.all())

    def clean_expires_at(self) -> Any:
        expires_at = self.cleaned_data["expires_at"]
        if expires_at is not None and expires_at <= timezone.now():
            raise forms.ValidationError(_("The key would have expired already."))
        return expires_at


@admin.register(ApiKey)
class ApiKeyAdmin(SuperusersOnly, ModelAdmin):
    """Keys are made and taken back here, by the services that do it everywhere."""

    form = KeyForm
    list_display = ("name", "prefix", "scope_names", "created_at", "last_used_at", "revoked_at")
    search_fields = ("name", "prefix")
    actions = ("take_back",)
    shown = ("prefix", "created_by", "created_at", "last_used_at", "revoked_at")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """A key is taken back, not removed: what it did stays in the audit trail."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> list[str]:
        return ["name", "scopes", "stores", "expires_at", *self.shown] if obj else []

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> list[str]:
        asked = ["name", "scopes", "stores", "expires_at"]
        return [*asked, *self.shown] if obj else asked

    def save_model(
        self, request: HttpRequest, obj: ApiKey, form: forms.ModelForm, change: bool
    ) -> None:
        if change:
            return
        key, token = apikey_create(
            actor=request.user,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            stores=form.cleaned_data["stores"],
            expires_at=form.cleaned_data["expires_at"],
        )
        obj.pk, obj.prefix = key.pk, key.prefix
        messages.warning(
            request,
            _("Copy this key now, it is not shown again: %(token)s") % {"token": token},
        )

    @admin.action(description=_("Take back the chosen keys"))
    def take_back(self, request: HttpRequest, chosen: QuerySet[ApiKey]) -> None:
        for key in chosen:
            apikey_revoke(actor=request.user, key=key)
        messages.success(request, _("The chosen keys are refused from now on."))

    @admin.display(description=_("scopes"))
    def scope_names(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)


for unused in (Group, LogEntry):
    if admin.site.is_registered(unused):
        admin.site.unregister(unused)
