"""The record of processing of this app: what each field holds, for what, and how long."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from privacy.processing import Held, Kind

HELD = (
    Held(
        "annotation.Question",
        _("ask the same of every review"),
        _("as long as it is used"),
        {Kind.NONE: "id key version name_en name_zh order active is_prepared"},
    ),
    Held(
        "annotation.Choice",
        _("ask the same of every review"),
        _("as long as it is used"),
        {Kind.NONE: "id key name_en name_zh polarity order", Kind.LINK: "question"},
    ),
    Held(
        "annotation.Guideline",
        _("have everybody label alike"),
        _("as long as labels name it"),
        {
            Kind.NONE: "id version text_en text_zh published_at shipped note changed",
            Kind.STAFF: "published_by",
        },
    ),
    Held(
        "annotation.AuditRate",
        _("draw the audit sample"),
        _("as long as figures name it"),
        {Kind.NONE: "id from_day rate"},
    ),
    Held(
        "annotation.Batch",
        _("know how labelled reviews were drawn"),
        _("as long as labels name it"),
        {
            Kind.NONE: "id name design frame_filter frame_from frame_to frame_size seed questions "
            "state overlap priority due_on all_mentions shows_answers created_at design_options "
            "gold_rate",
            Kind.STAFF: "created_by",
        },
    ),
    Held(
        "annotation.Batch_annotators",
        _("give a batch to the people who are to label it"),
        _("as long as labels name it"),
        {Kind.NONE: "id", Kind.LINK: "batch", Kind.STAFF: "user"},
    ),
    Held(
        "annotation.BatchItem",
        _("know how labelled reviews were drawn"),
        _("with the review"),
        {
            Kind.NONE: "id inclusion_probability wanted_answers added_at is_gold ended",
            Kind.LINK: "batch review",
        },
    ),
    Held(
        "annotation.Assignment",
        _("give each review to as many people as it wants, and to nobody twice"),
        _("with the review; how long it took: the days of the class label_times"),
        {
            Kind.NONE: "id state skip_reason client_ms",
            Kind.LINK: "item revision",
            Kind.STAFF: "annotator taken_at taken_until ended_at seconds_spent keys_pressed",
        },
    ),
    Held(
        "annotation.Annotation",
        _("train models and check them; see which rules people read differently"),
        _(
            "with the review; how long it took: the days of the class label_times. Figures about a "
            "person are of the last 180 days, and not stored"
        ),
        {
            Kind.NONE: "id guideline_version source created_at",
            Kind.LINK: "revision made_on question item",
            Kind.BEHAVIOUR: "choice flags",
            Kind.REDACTED: "comment",
            Kind.STAFF: "annotator seconds_spent",
        },
    ),
    Held(
        "annotation.Mention",
        _("train models and check them"),
        _("with the review"),
        {
            Kind.NONE: "id created_at",
            Kind.LINK: "revision made_on",
            Kind.BEHAVIOUR: "start end kind scope theme_key",
            Kind.STAFF: "annotator",
        },
    ),
    Held(
        "annotation.GoldAnswer",
        _("see how often annotators meet what is known to be right"),
        _("with the review"),
        {
            Kind.NONE: "id set_at",
            Kind.LINK: "revision question",
            Kind.BEHAVIOUR: "choice mentions",
            Kind.REDACTED: "note",
            Kind.STAFF: "set_by",
        },
    ),
    Held(
        "annotation.MentionLook",
        _("have a person look at mentions whose words were cut"),
        _("with the review"),
        {
            Kind.NONE: "id state created_at decided_at",
            Kind.LINK: "mention review",
            Kind.STAFF: "decided_by",
        },
    ),
    Held(
        "annotation.LabelExport",
        _("write labels into a file for other tools"),
        _("the days of the class label_exports"),
        {
            Kind.NONE: "id format stores filters names state counts size created_at",
            Kind.LINK: "job review_ids",
            Kind.STAFF: "actor",
        },
    ),
    Held(
        "annotation.LabelImport",
        _("take labels in from a file"),
        _("the days of the class label_imports"),
        {
            Kind.NONE: "id format file_name stores dry_run state counts error created_at "
            "finished_at",
            Kind.LINK: "job",
            # Who the annotators of the file are here.
            Kind.STAFF: "actor options",
        },
    ),
    Held(
        "annotation.LabelImportProblem",
        _("say which lines of a file of labels were not taken"),
        _("with its import"),
        {Kind.NONE: "id line reason refused", Kind.LINK: "label_import", Kind.REDACTED: "detail"},
    ),
    Held(
        "annotation.LabelStudioServer",
        _("have reviews labelled at a Label Studio server"),
        _("until the server is forgotten"),
        {
            Kind.NONE: "id name url our_url row hook_seen_at version found checked_at trouble "
            "trouble_since created_at",
            Kind.SECRET: "sealed_token seal_version",
            Kind.STAFF: "account created_by",
        },
    ),
    Held(
        "annotation.LabelStudioServer_stores",
        _("send reviews of these stores only"),
        _("until the server is forgotten"),
        {Kind.NONE: "id", Kind.LINK: "labelstudioserver store"},
    ),
    Held(
        "annotation.LabelStudioProject",
        _("have reviews labelled at a Label Studio server"),
        _("until the server is forgotten"),
        {
            Kind.NONE: "id key remote_id state configuration_hash hook_id backend_id cursor "
            "pulled_at compared_at hook_at hooks unannounced strangers created_at",
            Kind.LINK: "server batch",
            Kind.STAFF: "created_by",
        },
    ),
    Held(
        "annotation.LabelStudioTask",
        _("find every copy of a text, to take it back"),
        _("until the copy there is deleted"),
        {
            Kind.NONE: "id key remote_id state tried_at model remote_updated_at",
            Kind.LINK: "project item review_number revision",
        },
    ),
    Held(
        "annotation.LabelStudioPerson",
        _("know who of us answered there"),
        _("until the server is forgotten"),
        {Kind.NONE: "id remote_id", Kind.LINK: "server", Kind.STAFF: "email user"},
    ),
    Held(
        "annotation.LabelStudioAnswer",
        _("bring in every answer that was given there"),
        _("with the review; how long it took: the days of the class label_times"),
        {
            Kind.NONE: "id remote_id remote_task remote_created_at remote_updated_at state settled "
            "problem",
            Kind.LINK: "task revision assignment",
            Kind.REDACTED: "said",
            Kind.STAFF: "person seconds_spent edited_by_other editor problem_about",
        },
    ),
    Held(
        "annotation.LabelStudioWakeup",
        _("ask a server soon after something changed there"),
        _("until it was asked"),
        {Kind.NONE: "id received_at", Kind.LINK: "server project"},
    ),
    Held(
        "annotation.Adjudication",
        _("settle answers that differ, and learn from what was settled"),
        _("with the review"),
        {
            Kind.NONE: "id cause guideline_version created_at replaced_at",
            Kind.LINK: "revision made_on question",
            Kind.BEHAVIOUR: "choice mentions",
            Kind.STAFF: "taken_from decided_by",
        },
    ),
    Held(
        "annotation.Consensus",
        _("make one answer out of several"),
        _("with the review"),
        {
            Kind.NONE: "id answers newest",
            Kind.LINK: "revision question",
            Kind.BEHAVIOUR: "choice probability",
        },
    ),
    Held(
        "annotation.Suspect",
        _("have a person look at labels that look like mistakes"),
        _("with the review"),
        {
            Kind.NONE: "id rank ranked state created_at decided_at",
            Kind.LINK: "revision question",
            Kind.BEHAVIOUR: "choice suggested score",
        },
    ),
    Held(
        "annotation.LabelSetChange",
        _("know how answers came from one label set into the next"),
        _("as long as labels name it"),
        {
            Kind.NONE: "id request note counts made_at undone_at",
            Kind.LINK: "before after",
            Kind.STAFF: "made_by undone_by",
        },
    ),
    Held(
        "annotation.ChoiceMapping",
        _("know how answers came from one label set into the next"),
        _("as long as labels name it"),
        {Kind.NONE: "id kind carries_people carries_models", Kind.LINK: "change before after"},
    ),
    Held(
        "annotation.AnswerBefore",
        _("keep what people answered when rules or label sets change"),
        _("with the review"),
        {
            Kind.NONE: "id guideline_version source made_at why kept_at",
            Kind.LINK: "annotation revision question item change",
            Kind.BEHAVIOUR: "choice",
            Kind.STAFF: "annotator",
        },
    ),
    Held(
        "annotation.Relabelling",
        _("know how labelled reviews were drawn"),
        _("as long as labels name it"),
        {Kind.NONE: "id guideline_version clauses", Kind.LINK: "batch change"},
    ),
    Held(
        "annotation.GuidelineDraft",
        _("have everybody label alike"),
        _("until it is published or thrown away"),
        {
            Kind.NONE: "id only based_on text_en text_zh note edited_at",
            Kind.STAFF: "edited_by",
        },
    ),
    Held(
        "annotation.Qualification",
        _("see that people know the rules before real work"),
        _("as long as the test is there"),
        {Kind.NONE: "id pass_mark reviews attempts counts_from", Kind.LINK: "batch"},
    ),
    Held(
        "annotation.Qualification_guarded",
        _("see that people know the rules before real work"),
        _("as long as the test is there"),
        {Kind.NONE: "id", Kind.LINK: "qualification batch"},
    ),
    Held(
        "annotation.Qualification_guards_stores",
        _("see that people know the rules before real work"),
        _("as long as the test is there"),
        {Kind.NONE: "id", Kind.LINK: "qualification store"},
    ),
    Held(
        "annotation.QualificationAttempt",
        _("see that people know the rules before real work; for the person and who leads them"),
        _("as long as the test is there; at most as long as the account"),
        {
            Kind.NONE: "id number pass_mark",
            Kind.LINK: "qualification items",
            Kind.STAFF: "person started_at ended_at right asked passed",
        },
    ),
    Held(
        "annotation.QualificationAnswer",
        _("show a person which rules they read differently"),
        _("with the review"),
        {
            Kind.NONE: "id",
            Kind.LINK: "attempt item question",
            Kind.BEHAVIOUR: "choice right mentions",
        },
    ),
)
