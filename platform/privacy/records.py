"""The record of processing of privacy itself, of the house below it, and of what Django brings.

`common` and `accounts` stand below privacy and cannot register by themselves.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from privacy.processing import Held, Kind

_ACCOUNT = _("as long as the account")
_RIGHTS = _("do what people may ask for, in time, and be able to show it")
_WORK = _("do long work to its end, whatever dies")
_SIGN_IN = _("let people sign in and do what they may")

HELD = (
    Held(
        "privacy.AuditEntry",
        _("show who did what"),
        _("for good: rows are only added"),
        {
            Kind.NONE: "id at action object_type object_id details key_version mac",
            Kind.STAFF: "actor actor_name",
        },
    ),
    Held(
        "privacy.AuditLink",
        _("show that the trail is whole"),
        _("for good: rows are only added"),
        {Kind.NONE: "number key_version mac", Kind.LINK: "entry"},
    ),
    Held(
        "privacy.AuditWaiting",
        _("show that the trail is whole"),
        _("until it is chained"),
        {Kind.LINK: "entry"},
    ),
    Held(
        "privacy.Erasure",
        _("erase again after a restore"),
        _("for good"),
        {
            Kind.NONE: "id number at kind store details",
            Kind.PSEUDONYM: "keys",
            Kind.STAFF: "actor_name",
        },
    ),
    Held(
        "privacy.ErasedDigest",
        _("not take in again who was erased"),
        _("for good"),
        {Kind.NONE: "id store kind key_version", Kind.LINK: "erasure", Kind.PSEUDONYM: "digest"},
    ),
    Held(
        "privacy.PersonRequest",
        _RIGHTS,
        "requests",
        {
            Kind.NONE: "id kind law state stores seal_version row found outcome certificate "
            "archive received_at due_at extended closed_at",
            Kind.LINK: "job",
            Kind.PSEUDONYM: "seal_key digests keys",
            Kind.BEHAVIOUR: "purposes reason",
            Kind.SEALED: "sealed",
            Kind.STAFF: "actor actor_name",
        },
    ),
    Held(
        "privacy.RetentionRule",
        _("keep nothing longer than it is needed"),
        _("until it is changed"),
        {Kind.NONE: "id data_class scope days"},
    ),
    Held(
        "privacy.RetentionRun",
        _("show that what was kept too long went"),
        "retention_runs",
        {Kind.NONE: "id started_at finished_at gone problems"},
    ),
    Held(
        "common.Job",
        _WORK,
        "jobs",
        {
            Kind.NONE: "id kind arguments state stage done total checkpoint result error "
            "cancel_requested attempts max_attempts fence lease_owner lease_until "
            "heartbeat_at created_at started_at finished_at",
            Kind.STAFF: "actor",
        },
    ),
    Held(
        "accounts.Store",
        _("keep the parts of the company apart"),
        _("as long as it is used"),
        {Kind.NONE: "id key name_en name_zh"},
    ),
    Held(
        "accounts.User",
        _SIGN_IN,
        _ACCOUNT,
        {
            Kind.NONE: "id",
            Kind.STAFF: "last_login is_superuser username first_name last_name email is_staff "
            "is_active date_joined roles language",
            Kind.SECRET: "password",
        },
    ),
    Held("accounts.User_stores", _SIGN_IN, _ACCOUNT, {Kind.NONE: "id", Kind.LINK: "user store"}),
    Held("accounts.User_groups", _SIGN_IN, _ACCOUNT, {Kind.NONE: "id", Kind.LINK: "user group"}),
    Held(
        "accounts.User_user_permissions",
        _SIGN_IN,
        _ACCOUNT,
        {Kind.NONE: "id", Kind.LINK: "user permission"},
    ),
    Held(
        "accounts.ApiKey",
        _("let programs in"),
        _("until somebody deletes it"),
        {
            Kind.NONE: "id name prefix scopes created_at last_used_at expires_at revoked_at",
            Kind.STAFF: "created_by",
            Kind.SECRET: "secret_hash",
        },
    ),
    Held(
        "accounts.ApiKey_stores",
        _("let programs in"),
        _("with the key"),
        {Kind.NONE: "id", Kind.LINK: "apikey store"},
    ),
    Held(
        "accounts.RateCount",
        _("keep programs from asking too often"),
        _("one row a key or person"),
        {Kind.NONE: "started requests", Kind.STAFF: "principal"},
    ),
    Held(
        "accounts.IdempotencyKey",
        _("give a repeated request its first answer"),
        "api_answers",
        {
            Kind.NONE: "id key request_hash status created_at",
            Kind.PSEUDONYM: "answer",
            Kind.STAFF: "principal",
        },
    ),
    Held(
        "auth.Permission",
        _SIGN_IN,
        _("comes with the program"),
        {Kind.NONE: "id name codename", Kind.LINK: "content_type"},
    ),
    Held("auth.Group", _SIGN_IN, _("until somebody deletes it"), {Kind.NONE: "id name"}),
    Held(
        "auth.Group_permissions",
        _SIGN_IN,
        _("with the group"),
        {Kind.NONE: "id", Kind.LINK: "group permission"},
    ),
    Held(
        "contenttypes.ContentType",
        _("name the kinds of rows"),
        _("comes with the program"),
        {Kind.NONE: "id app_label model"},
    ),
    Held(
        "sessions.Session",
        _SIGN_IN,
        "sessions",
        {Kind.NONE: "expire_date", Kind.SECRET: "session_key", Kind.STAFF: "session_data"},
    ),
    Held(
        "admin.LogEntry",
        _("show who changed an account"),
        "log_ins",
        {
            Kind.NONE: "id action_time object_id object_repr action_flag change_message",
            Kind.LINK: "content_type",
            Kind.STAFF: "user",
        },
    ),
    *(
        Held(f"axes.{name}", _("keep people from guessing passwords"), "log_ins", fields)
        for name, fields in {
            "AccessAttempt": {
                Kind.NONE: "id attempt_time failures_since_start path_info",
                Kind.STAFF: "user_agent ip_address username http_accept get_data post_data",
            },
            "AccessFailureLog": {
                Kind.NONE: "id attempt_time locked_out path_info",
                Kind.STAFF: "user_agent ip_address username http_accept",
            },
            "AccessLog": {
                Kind.NONE: "id attempt_time logout_time path_info",
                Kind.STAFF: "user_agent ip_address username http_accept",
                Kind.SECRET: "session_hash",
            },
            "AccessAttemptExpiration": {
                Kind.NONE: "expires_at",
                Kind.LINK: "access_attempt",
            },
        }.items()
    ),
)
