"""The record of processing of this app: what each field holds, for what, and how long."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from privacy.processing import Held, Kind

HELD = (
    Held(
        "reviews.Category",
        _("compare products"),
        _("as long as the catalogue"),
        {Kind.NONE: "id key name_en name_zh"},
    ),
    Held(
        "reviews.Product",
        _("know what a review is about"),
        _("as long as the catalogue"),
        {
            Kind.NONE: "id external_id name_en name_zh brand variant from_import created_at",
            Kind.LINK: "store category variant_of",
        },
    ),
    Held(
        "reviews.Source",
        _("know where reviews come from, and what they may be used for"),
        _("as long as the source is used"),
        {
            Kind.NONE: "id key kind original_policy rules_off legal_basis purposes mapping "
            "created_at",
            Kind.LINK: "store",
        },
    ),
    Held(
        "reviews.ImportBatch",
        _("account for every row of a file"),
        _("as long as the source is used"),
        {
            Kind.NONE: "id file_name file_hash mapping header dry_run state error rows created "
            "updated unchanged deleted rejected placeholders cleaned started_at finished_at",
            Kind.LINK: "source job upload",
            Kind.STAFF: "actor",
        },
    ),
    Held(
        "reviews.RejectedRow",
        _("let people put rows right and send them again"),
        "rejects",
        {
            Kind.NONE: "id line field reason detail seal_key_version",
            Kind.LINK: "batch",
            Kind.REDACTED: "content",
            Kind.SEALED: "sealed_content",
        },
    ),
    Held(
        "reviews.Upload",
        _("take in a file before it is imported"),
        "uploads",
        {
            Kind.NONE: "id file_name size received created_at updated_at",
            Kind.LINK: "source",
            Kind.STAFF: "actor sender",
        },
    ),
    Held(
        "reviews.Tombstone",
        _("keep what was deleted from coming back with an old file"),
        _("as long as the source is used"),
        {
            Kind.NONE: "id source_updated_at deleted_at",
            Kind.LINK: "source",
            Kind.PSEUDONYM: "key_hash content_hash",
        },
    ),
    Held(
        "reviews.Shopper",
        _("know that reviews are by one author, without knowing who"),
        _("as long as there is a review of theirs, or a wish that has to hold when they come back"),
        {
            Kind.NONE: "id key_version",
            Kind.LINK: "store",
            Kind.PSEUDONYM: "key_hash uid",
            Kind.BEHAVIOUR: "objected restricted",
        },
    ),
    Held(
        "reviews.Review",
        _("analyse what shoppers say, and whatever else was granted"),
        "reviews",
        {
            Kind.NONE: "id channel language variety variant created_at updated_at "
            "source_updated_at left_out incentivised low_information burst follow_up legal_basis "
            "purposes seal_key_version",
            Kind.LINK: "store source product duplicate_of",
            Kind.PSEUDONYM: "external_id follows shopper content_hash past_hashes",
            Kind.BEHAVIOUR: "stars posted_at consent_at consent_until objected restricted",
            Kind.SEALED: "sealed_original",
        },
    ),
    Held(
        "reviews.TextRevision",
        _("analyse, search, label and learn from what was written"),
        _("with the review"),
        {
            Kind.NONE: "id number is_current redactor_version placeholders first_length offset_map "
            "created_at",
            Kind.LINK: "review",
            Kind.REDACTED: "text text_hash search",
        },
    ),
    Held(
        "reviews.RedactionPolicy",
        _("replace personal data as each source needs it"),
        _("as long as the source is used"),
        {
            Kind.NONE: "id style kept_types doubt_below changed_at",
            Kind.LINK: "source",
            Kind.STAFF: "changed_by",
        },
    ),
    Held(
        "reviews.ListedValue",
        _("replace known customers' data, and leave brands"),
        _("until somebody takes it off, or the person is erased"),
        {
            Kind.NONE: "id kind type value added_at",
            Kind.LINK: "store",
            Kind.PSEUDONYM: "key_hash",
            Kind.SEALED: "sealed_value",
            Kind.STAFF: "added_by",
        },
    ),
    Held(
        "reviews.Doubt",
        _("have a person decide what is personal data"),
        _("with the review"),
        {
            Kind.NONE: "id start end type score rule origin state value_length created_at "
            "decided_at",
            Kind.LINK: "review revision",
            Kind.PSEUDONYM: "value_hash",
            Kind.SEALED: "sealed_value",
            Kind.STAFF: "created_by decided_by",
        },
    ),
    Held(
        "reviews.RedactionCase",
        _("test that redaction keeps what people decided"),
        _("with the review"),
        {
            Kind.NONE: "id language spans made_at",
            Kind.LINK: "doubt",
            Kind.REDACTED: "text text_hash",
        },
    ),
)
