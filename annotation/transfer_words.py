"""Formats, and what can be wrong with a line of a file of labels, in words for people."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

FORMATS: dict[str, str] = {
    "jsonl": gettext_noop("JSON Lines, with everything"),
    "csv": gettext_noop("CSV, for a spreadsheet"),
    "label_studio": gettext_noop("Label Studio (JSON)"),
    "prodigy": gettext_noop("Prodigy (JSON Lines)"),
    "doccano": gettext_noop("doccano (JSON Lines, a file for each annotator in a zip)"),
}
# A reason, and what to do about it.
REASONS: dict[str, tuple[str, str]] = {
    "unreadable": (
        gettext_noop("The line cannot be read."),
        gettext_noop("Look whether the format is the right one."),
    ),
    "unreadable_from_here": (
        gettext_noop("From here on the file cannot be read."),
        gettext_noop("It was cut off, or is not JSON; export it once more."),
    ),
    "too_long": (
        gettext_noop("The line or its text is too long."),
        gettext_noop("No review is that long; look at the file."),
    ),
    "no_text": (
        gettext_noop("It has no text."),
        gettext_noop("A label needs the text that it is about."),
    ),
    "no_answer": (
        gettext_noop("It says nothing: no answer, no mention, no skip."),
        gettext_noop("Nothing needs doing, unless it should."),
    ),
    "unknown_question": (
        gettext_noop("There is no such question."),
        gettext_noop("Say what its labels mean, or that they are to be ignored."),
    ),
    "unknown_label": (
        gettext_noop("No choice and no kind of mention has this label."),
        gettext_noop("Say what it means, or that it is to be ignored."),
    ),
    "ambiguous_label": (
        gettext_noop("Several questions have a choice of this name."),
        gettext_noop("Say which one is meant."),
    ),
    "two_choices": (
        gettext_noop("Two choices for a question that takes one."),
        gettext_noop("Decide for one of them."),
    ),
    "unknown_flag": (
        gettext_noop("There is no such flag."),
        gettext_noop("Leave it out, or take one of ours."),
    ),
    "unknown_skip": (
        gettext_noop("There is no such reason to skip."),
        gettext_noop("Take one of ours, such as other."),
    ),
    "other_version": (
        gettext_noop("The question had other choices then, and none of now says the same."),
        gettext_noop("Label these reviews again."),
    ),
    "unknown_guideline": (
        gettext_noop("There is no guideline of this version here; the number is kept."),
        "",
    ),
    "bad_span": (
        gettext_noop("A mention is not in the text, or not on the words it names."),
        gettext_noop("Mark it again, or leave it out."),
    ),
    "span_changed": (
        gettext_noop("A mention begins or ends in something that is stored otherwise."),
        gettext_noop("Mark it again on the text as it is shown here."),
    ),
    "too_many_mentions": (
        gettext_noop("More than 50 mentions."),
        gettext_noop("Leave out what is marked twice."),
    ),
    "long_comment": (
        gettext_noop("The comment is longer than 1,000 characters."),
        gettext_noop("Shorten it."),
    ),
    "bad_time": (
        gettext_noop("The time cannot be read."),
        gettext_noop("Write it as 2026-03-01T12:30:00+08:00."),
    ),
    "bad_probability": (
        gettext_noop("The probability is not above 0 and at most 1."),
        gettext_noop("Put it right, or leave it out."),
    ),
    "rejected": (
        gettext_noop("The annotator rejected it: that says what does not hold, not what does."),
        gettext_noop("Answer it by choosing, and send it again."),
    ),
    "other_control": (
        gettext_noop("It holds something that is no choice, mention or comment."),
        gettext_noop("Leave it out."),
    ),
    "scope_unplaced": (
        gettext_noop("A scope, and several mentions of which it could be."),
        gettext_noop("Export it from Label Studio as JSON, which says of which one it is."),
    ),
    "relation": (
        gettext_noop("Relations between mentions were passed over."),
        "",
    ),
    "no_annotator": (
        gettext_noop("Nobody is named who labelled it."),
        gettext_noop("Say whose labels they are."),
    ),
    "unknown_annotator": (
        gettext_noop("Nobody here goes by this name, address or number."),
        gettext_noop("Say who it is, or have a stand-in made."),
    ),
    "unknown_review": (
        gettext_noop("No review has this text."),
        gettext_noop("Import the review first. Labels bring no reviews in."),
    ),
    "other_text": (
        gettext_noop("The review is here, with another text."),
        gettext_noop("It was changed since; label it again."),
    ),
    "several_reviews": (
        gettext_noop("Several reviews have this text."),
        gettext_noop("Give the number of the one that is meant, as review_id."),
    ),
    "text_changed": (
        gettext_noop("The review was changed while the file was read."),
        gettext_noop("Send the file again."),
    ),
    "other_answer": (
        gettext_noop("This person has answered otherwise here; that stays."),
        gettext_noop("Take the answer back here first, if the file is right."),
    ),
    "twice": (
        gettext_noop("The file has this person's answer about this review on another line."),
        gettext_noop("The first one holds."),
    ),
    "answered_again": (
        gettext_noop("The same person answered it again later; the later answer holds."),
        "",
    ),
    "demand_follows": (
        gettext_noop("The answer on demand did not fit the mentions; it follows from them."),
        "",
    ),
    "no_such_batch": (
        gettext_noop("There is no such batch with this review; the label stands without one."),
        gettext_noop("Have the batches of the file made, if it comes from another installation."),
    ),
    "skip_needs_batch": (
        gettext_noop("A skip needs a batch."),
        gettext_noop("Name a batch for what has none, or have those of the file made."),
    ),
    "audit_label": (
        gettext_noop("A label of an audit sample, about a review that is in none here."),
        gettext_noop(
            "It would be trained on. Have the batches of the file made: then it joins the audit "
            "sample."
        ),
    ),
}
COMPLAINTS: tuple[str, ...] = (
    gettext_noop("Reviews went while the file was written, several times over; try again."),
    gettext_noop("The file is not UTF-8 text; save it as UTF-8 and send it again."),
    gettext_noop("The file is empty."),
    gettext_noop("The file has no column text."),
    gettext_noop("The file cannot be read as a table; save it as CSV in UTF-8 and send it again."),
    gettext_noop("The zip is damaged or encrypted; make it anew."),
    gettext_noop("The zip has no .jsonl or .json file in it."),
    gettext_noop(
        "The zip holds more than %(files)s files, or more than %(gb)s GB; send it in parts."
    ),
    gettext_noop("The file is gone; send it again."),
    gettext_noop("unknown; choose one of %(formats)s"),
    gettext_noop("choose at least one store"),
    gettext_noop("the file is empty"),
    gettext_noop("larger than %(mb)s MB; send it in parts"),
    gettext_noop("at most %(n)s characters"),
    gettext_noop("there is a drawn batch of this name; choose another one"),
    gettext_noop("write one NAME=USER a line"),
    gettext_noop("%(pair)s is not LABEL=MEANING"),
    gettext_noop(
        "%(meaning)s is no meaning: write QUESTION:CHOICE, such as sentiment:positive; a kind of "
        "mention, such as add or issue/delivery; flag:irony; or ignore"
    ),
)


def format_words(key: str) -> str:
    return gettext(FORMATS[key]) if key in FORMATS else key


def reason_words(reason: str) -> tuple[str, str]:
    """What is wrong, and what to do; an unknown reason by its code."""
    if reason not in REASONS:
        return reason, ""
    what, then = REASONS[reason]
    return gettext(what), gettext(then) if then else ""
