"""What the audit trail says, in words for people. Entries keep their codes."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

ACTIONS: dict[str, str] = {
    "apikey.create": gettext_noop("made an API key"),
    "apikey.revoke": gettext_noop("revoked an API key"),
    "audit.export": gettext_noop("exported the audit trail"),
    "batch.create": gettext_noop("prepared a batch"),
    "qualification.create": gettext_noop("prepared a test"),
    "qualification.change": gettext_noop("changed a test"),
    "qualification.guard": gettext_noop("set which tests a batch needs"),
    "qualification.begin": gettext_noop("began a test"),
    "qualification.end": gettext_noop("finished a test"),
    "batch.open": gettext_noop("opened a batch"),
    "doubt.add": gettext_noop("found more personal data"),
    "doubt.confirmed": gettext_noop("confirmed a redaction"),
    "doubt.corrected": gettext_noop("corrected a redaction"),
    "doubt.rejected": gettext_noop("rejected a redaction"),
    "doubt.report": gettext_noop("reported a doubtful redaction"),
    "erasure.add": gettext_noop("erased"),
    "erasure.replay": gettext_noop("erased again after a restore"),
    "guideline.discard": gettext_noop("threw a draft of the guideline away"),
    "guideline.publish": gettext_noop("published a guideline"),
    "import.done": gettext_noop("imported a file"),
    "key.destroy": gettext_noop("destroyed keys"),
    "keys.rotate": gettext_noop("rotated keys"),
    "keys.seal": gettext_noop("sealed everything under new keys"),
    "labels.download": gettext_noop("downloaded labels"),
    "labels.export": gettext_noop("exported labels"),
    "labels.import": gettext_noop("imported labels"),
    "label_set.change": gettext_noop("changed a label set"),
    "label_set.undo": gettext_noop("took back a change of a label set"),
    "label_studio.change": gettext_noop("changed a Label Studio server"),
    "label_studio.connect": gettext_noop("connected a Label Studio server"),
    "label_studio.forget": gettext_noop("forgot a Label Studio server"),
    "label_studio.models": gettext_noop("offered the model to a Label Studio server"),
    "label_studio.push": gettext_noop("sent a batch to Label Studio"),
    "label_studio.train": gettext_noop("began a training from Label Studio"),
    "label_studio.withdraw": gettext_noop("took a batch back from Label Studio"),
    "list.allow.add": gettext_noop("listed values that stay"),
    "list.allow.remove": gettext_noop("took a value that stays off the list"),
    "list.deny.add": gettext_noop("listed values that go"),
    "list.deny.remove": gettext_noop("took a value that goes off the list"),
    "mention.look": gettext_noop("looked at a cut mention"),
    "label.settle": gettext_noop("settled labels"),
    "label.settle_undo": gettext_noop("took back settled labels"),
    "model.check": gettext_noop("checked a model"),
    "model.create": gettext_noop("trained a model"),
    "model.promote": gettext_noop("put a model in charge"),
    "model.replace": gettext_noop("began to train a model's replacement"),
    "model.replace_failed": gettext_noop("could not train a model's replacement"),
    "original.fail": gettext_noop("could not open an original"),
    "original.open": gettext_noop("opened an original"),
    "original.refuse": gettext_noop("was refused an original"),
    "policy.change": gettext_noop("changed a source's privacy policy"),
    "products.store": gettext_noop("stored products"),
    "purposes.set": gettext_noop("changed what reviews may be used for"),
    "request.approve": gettext_noop("decided to carry a request out"),
    "request.correct": gettext_noop("corrected a person's data"),
    "request.download": gettext_noop("downloaded a person's data"),
    "request.erase": gettext_noop("erased a person"),
    "request.export": gettext_noop("copied a person's data"),
    "request.extend": gettext_noop("put a deadline off"),
    "request.object": gettext_noop("carried out an objection"),
    "request.receive": gettext_noop("received a request"),
    "request.refuse": gettext_noop("refused a request"),
    "request.release": gettext_noop("ended a restriction"),
    "request.restrict": gettext_noop("restricted a person's data"),
    "request.settle": gettext_noop("closed a request in which something was found again"),
    "retention.run": gettext_noop("removed what had expired"),
    "retention.set": gettext_noop("changed a retention"),
    "review.delete": gettext_noop("deleted a review"),
    "reviews.receive": gettext_noop("sent reviews"),
    "reviews.redact_again": gettext_noop("redacted reviews again"),
    "shoppers.rekey": gettext_noop("made a new key for shoppers' ids"),
    "snapshot.create": gettext_noop("froze a training set"),
    "source.create": gettext_noop("made a source"),
    "store.create": gettext_noop("made a store"),
    "weak.make": gettext_noop("labelled reviews by word lists"),
}
OBJECTS: dict[str, str] = {
    "apikey": gettext_noop("API key"),
    "audit_trail": gettext_noop("Audit trail"),
    "batch": gettext_noop("Batch"),
    "erasure": gettext_noop("Erasure"),
    "guideline": gettext_noop("Guideline"),
    "import": gettext_noop("Import"),
    "key": gettext_noop("Key"),
    "label_export": gettext_noop("Export of labels"),
    "label_import": gettext_noop("Import of labels"),
    "label_set": gettext_noop("Label set"),
    "label_studio_server": gettext_noop("Label Studio server"),
    "master_key": gettext_noop("Master key"),
    "model": gettext_noop("Model"),
    "rejected_row": gettext_noop("Refused row"),
    "request": gettext_noop("Request"),
    "retention": gettext_noop("Retention"),
    "review": gettext_noop("Review"),
    "shopper": gettext_noop("Shopper"),
    "shopper_key": gettext_noop("Key for shoppers' ids"),
    "snapshot": gettext_noop("Training set"),
    "source": gettext_noop("Source"),
    "store": gettext_noop("Store"),
    "weak_labels": gettext_noop("Labels by word lists"),
}
_GUARDS: dict[str, str] = {
    "superuser": gettext_noop("Verbatim's role is a superuser of the database"),
    "owner": gettext_noop("Verbatim's role owns the trail's tables"),
}


def action_words(action: str) -> str:
    """What somebody did; an unknown action by its code."""
    return gettext(ACTIONS[action]) if action in ACTIONS else action


def object_words(kind: str) -> str:
    return gettext(OBJECTS[kind]) if kind in OBJECTS else kind.replace("_", " ")


def guard_words(code: str) -> str:
    """Why the database would let the trail be changed; a trigger by its own name."""
    if code in _GUARDS:
        return gettext(_GUARDS[code])
    return gettext("The trigger %(name)s is switched off") % {"name": code}


def broken_words(what: str, entry: int | None, link: int | None) -> str:
    """The first broken place of a trail, as a check found it."""
    values = {"entry": entry, "link": link}
    if what == "changed":
        return gettext("Entry %(entry)s was changed.") % values
    if what == "missing":
        return gettext("The entry at place %(link)s is gone.") % values
    if what == "inserted":
        return gettext("Entry %(entry)s was not written by Verbatim.") % values
    if what == "moved":
        return gettext("At place %(link)s stands another entry than was written.") % values
    if what == "cut":
        return gettext("The trail was cut at place %(link)s or before.") % values
    return gettext("The list of heads outside the database was changed.")
