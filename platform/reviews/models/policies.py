from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from privacy.styles import Style
from reviews.models.sources import Source

DEFAULT_DOUBT_BELOW = 0.7


class PlaceholderStyle(models.TextChoices):
    NUMBERED = Style.NUMBERED.value, _("Type and number")
    TYPED = Style.TYPED.value, _("Type only")
    MASK = Style.MASK.value, _("Fixed mask")
    BLOCK = Style.BLOCK.value, _("Block of the same length")


class RedactionPolicy(models.Model):
    """What redaction does with the reviews of a source. A source without one has the defaults.

    What becomes of the original is `Source.original_policy`.
    """

    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="policy")
    style = models.CharField(
        max_length=8, choices=PlaceholderStyle.choices, default=PlaceholderStyle.NUMBERED
    )
    # Types that stay readable. Kept so, not as the types to replace: a type that a later version
    # learns to find is replaced until somebody says otherwise.
    kept_types = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    # A span that scores below it is replaced all the same, and waits for somebody to look at it.
    doubt_below = models.FloatField(
        default=DEFAULT_DOUBT_BELOW, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)]
    )
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(style__in=[style.value for style in Style]), name="policy_style_known"
            ),
            models.CheckConstraint(
                condition=Q(doubt_below__range=(0, 1)), name="policy_doubt_range"
            ),
        ]

    def __str__(self) -> str:
        return f"policy of source {self.source_id}"


class ListedValue(models.Model):
    """A value that always stays (a brand) or always goes (a known customer) in a store's reviews.

    What always goes is personal data itself, so it is kept sealed; workers and the text service
    open it in memory. `key_hash` finds a value without opening any.
    """

    class Kind(models.TextChoices):
        ALLOW = "allow", _("always stays")
        DENY = "deny", _("always goes")

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="listed_values")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    type = models.CharField(max_length=20, blank=True)
    value = models.CharField(max_length=200, blank=True)
    sealed_value = models.BinaryField(null=True, blank=True)
    key_hash = models.CharField(max_length=64)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["store", "key_hash"], name="listed_once_a_store"),
            models.CheckConstraint(
                condition=Q(kind="allow", sealed_value__isnull=True, type="") & ~Q(value="")
                | Q(kind="deny", sealed_value__isnull=False, value="") & ~Q(type=""),
                name="listed_deny_is_sealed",
            ),
        ]

    def __str__(self) -> str:
        return f"listed value {self.pk}"
