from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Store(models.Model):
    """The part of the company a review belongs to; people, keys and exports are scoped to it."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120)

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name_en


class Role(models.TextChoices):
    ANNOTATOR = "annotator", _("Annotator")
    MANAGER = "manager", _("Manager")
    INTEGRATOR = "integrator", _("Integrator")
    ML_ENGINEER = "ml_engineer", _("ML engineer")
    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")


class User(AbstractUser):
    """A person who signs in. A superuser has every role and every store."""

    roles = ArrayField(
        models.CharField(max_length=20, choices=Role.choices),
        default=list,
        blank=True,
        verbose_name=_("roles"),
    )
    stores = models.ManyToManyField(
        Store, blank=True, related_name="people", verbose_name=_("stores")
    )
    language = models.CharField(_("language"), max_length=10, default="en")

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]
        verbose_name_plural = _("users")  # type: ignore[assignment]
        constraints = [
            models.CheckConstraint(
                condition=Q(roles__contained_by=list(Role.values)), name="user_roles_known"
            )
        ]


class Scope(models.TextChoices):
    REVIEWS_READ = "reviews:read", _("read reviews and products")
    REVIEWS_WRITE = "reviews:write", _("send reviews")
    ANALYZE = "analyze", _("analyse texts")
    INDICES_READ = "indices:read", _("read indices")
    PRIVACY = "privacy", _("handle requests of people")


class ApiKey(models.Model):
    """A key for programs. Only a hash of its secret is stored; it is shown once."""

    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("prefix"), max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope.choices), verbose_name=_("scopes")
    )
    stores = models.ManyToManyField(Store, related_name="keys", verbose_name=_("stores"))
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=list(Scope.values)), name="apikey_scopes_known"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_username(self) -> str:
        """How the audit trail names it: by the part of its token that is no secret."""
        return f"key {self.prefix}"


class RateCount(models.Model):
    """How many requests a key or a person made in the window that began at `started`."""

    principal = models.CharField(max_length=40, primary_key=True)
    started = models.BigIntegerField()  # seconds since 1970
    requests = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.principal


class IdempotencyKey(models.Model):
    """A request that may be sent again, and the answer it got. `status` is null while it runs."""

    principal = models.CharField(max_length=40)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64, blank=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["principal", "key"], name="idempotency_key_once")
        ]

    def __str__(self) -> str:
        return f"request {self.pk} of {self.principal}"
