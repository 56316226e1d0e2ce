"""REST: DRF and its OpenAPI document."""

from common import environment

# Requests a minute for each key or person, over all web processes.
VERBATIM_API_RATE = environment.number("VERBATIM_API_RATE", 600, 1, 1_000_000)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.api.parsers.JsonParser"],
    "DEFAULT_SCHEMA_CLASS": "accounts.api.schema.Schema",
    "EXCEPTION_HANDLER": "common.problems.exception_handler",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api.throttles.KeyRateThrottle"],
    # The version is in the address, which is spelled out there; no `?format=`.
    "DEFAULT_VERSIONING_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
    "UNICODE_JSON": True,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Verbatim",
    "DESCRIPTION": (
        "Reviews in, answers and indices out.\n\n"
        "Send `Authorization: Bearer TOKEN` with the token of an API key. A key sees the stores it "
        "was given and nothing else: what belongs to another store is answered with 404, like what "
        "does not exist. Every error is a problem document (RFC 9457); decide by its `type`."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    # Several things have a kind; without names of their own they get one made of a hash.
    "ENUM_NAME_OVERRIDES": {
        "IdentifierKind": "privacy.people.IDENTIFIERS_CHOICES",
        "MentionKind": "modelops.ml.spec.MENTION_KINDS",
        "RequestKind": ["export", "correct", "restrict", "release", "object", "erase"],
    },
    "PREPROCESSING_HOOKS": ["accounts.api.schema.only_our_api"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "accounts.api.schema.add_problems",
    ],
    "TAGS": [
        {"name": "reviews", "description": "Sending, reading and erasing reviews."},
        {"name": "products", "description": "The catalogue."},
        {"name": "analysis", "description": "Answers about texts that are not stored."},
        {"name": "indices", "description": "Figures over the analysed reviews."},
        {"name": "about", "description": "What there is."},
    ],
}
