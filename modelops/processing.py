"""The record of processing of this app: what each field holds, for what, and how long."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from privacy.processing import Held, Kind

_SHOW = _("show how a model was made and how good it is")

HELD = (
    Held(
        "modelops.Snapshot",
        _("know what a model learned from"),
        _("as long as a model names it"),
        {Kind.NONE: "id content_hash name origin questions counts created_at"},
    ),
    Held(
        "modelops.SnapshotItem",
        _("train models and check them"),
        _("with the review"),
        {
            Kind.NONE: "id weight split",
            Kind.LINK: "snapshot revision",
            Kind.BEHAVIOUR: "answers mentions language",
            Kind.REDACTED: "text row_hash",
        },
    ),
    Held(
        "modelops.TrainingRun",
        _SHOW,
        _("as long as its model"),
        {
            Kind.NONE: "id family base config metrics log started_at finished_at",
            Kind.LINK: "snapshot job",
        },
    ),
    Held(
        "modelops.ModelVersion",
        _SHOW,
        _("until somebody deletes it"),
        {
            Kind.NONE: "id name number family questions state remote artefact artefact_hash "
            "metrics baselines verdict card created_at promoted_at",
            Kind.LINK: "run",
        },
    ),
    Held(
        "modelops.TestUse",
        _("count how often a test split was looked at"),
        _("as long as its model"),
        {Kind.NONE: "id at", Kind.LINK: "snapshot model"},
    ),
    Held(
        "modelops.HoldsErased",
        _("replace models that learned from what was erased"),
        _("as long as its model"),
        {Kind.NONE: "id rows first_at last_at", Kind.LINK: "model job"},
    ),
    Held(
        "modelops.Prediction",
        _("figures of what shoppers say"),
        "answers",
        {
            Kind.NONE: "id",
            Kind.LINK: "revision question model",
            Kind.BEHAVIOUR: "choice probabilities",
        },
    ),
    Held(
        "modelops.PredictedMention",
        _("figures of what shoppers say"),
        "answers",
        {
            Kind.NONE: "id",
            Kind.LINK: "revision model",
            Kind.BEHAVIOUR: "start end kind scope score",
        },
    ),
    Held(
        "modelops.AnalysisWork",
        _("analyse every review exactly once"),
        _("with the review"),
        {Kind.NONE: "id state attempts error created_at done_at", Kind.LINK: "revision model"},
    ),
    Held(
        "modelops.TextEmbedding",
        _("find reviews by meaning"),
        _("with the review"),
        {Kind.NONE: "id", Kind.LINK: "revision model", Kind.BEHAVIOUR: "vector"},
    ),
    Held(
        "modelops.ActivePlan",
        _("train by itself when enough was labelled, and propose what to label next"),
        _("until somebody deletes it"),
        {
            Kind.NONE: "id is_on new_labels days batch_size overlap explored promotes languages "
            "counted_at counted_to proposes problem",
            Kind.LINK: "owner training",
        },
    ),
    Held(
        "modelops.ActivePlan_stores",
        _("train by itself when enough was labelled, and propose what to label next"),
        _("until somebody deletes it"),
        {Kind.NONE: "id", Kind.LINK: "activeplan store"},
    ),
    Held(
        "modelops.LearningCurve",
        _("say whether more labels would make models better"),
        _("the newest twenty"),
        {Kind.NONE: "id snapshot_hash content created_at", Kind.LINK: "snapshot job"},
    ),
    Held(
        "modelops.WeakLabel",
        _("train models, where asked for, on what word lists say"),
        _("with the review"),
        {
            Kind.NONE: "id source created_at",
            Kind.LINK: "revision question",
            Kind.BEHAVIOUR: "choice",
        },
    ),
)
