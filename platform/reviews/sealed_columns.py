"""The columns of this app that hold sealed texts, for the rotation of keys."""

from __future__ import annotations


def register() -> None:
    from privacy import sealed
    from reviews.models import RejectedRow, Review
    from reviews.services.originals import reject_identity, review_identity

    sealed.register(
        sealed.SealedColumn(
            Review,
            "sealed_original",
            "seal_key_version",
            ("store_id", "source_id", "external_id"),
            lambda row: review_identity(row["store_id"], row["source_id"], row["external_id"]),
        )
    )
    sealed.register(
        sealed.SealedColumn(
            RejectedRow,
            "sealed_content",
            "seal_key_version",
            ("batch__source__store_id", "batch_id", "line"),
            lambda row: reject_identity(
                row["batch__source__store_id"], row["batch_id"], row["line"]
            ),
        )
    )
