"""The certificate of what was done: a text for the person, with a seal that we can check."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import Store
from privacy.models import PersonRequest
from privacy.vault.keyed import keyed_hash, same

_SEAL = "Seal: "

_TITLES = {
    "export": "Copy of personal data",
    "correct": "Correction of personal data",
    "restrict": "Restriction of the use of personal data",
    "release": "End of a restriction",
    "object": "Objection to a use of personal data",
    "erase": "Erasure of personal data",
}


def certificate_text(request: PersonRequest, by: str) -> str:
    """In English, since it is evidence: the words must not depend on who prints it."""
    outcome: dict[str, Any] = request.outcome
    stores = Store.objects.filter(pk__in=request.stores).values_list("key", flat=True)
    lines = [
        f"Certificate: {_TITLES[request.kind]}",
        f"Request: {request.pk}, received {request.received_at.isoformat(timespec='seconds')}",
        f"Law: {request.get_law_display()}",
        f"Carried out: {timezone.now().isoformat(timespec='seconds')} by {by}",
        f"Stores: {', '.join(stores)}",
        f"Person (keyed hashes of what they are known by): "
        f"{', '.join(one[:16] for one in request.digests)}",
    ]
    if request.purposes:
        lines.append(f"Uses objected to: {', '.join(request.purposes)}")
    lines.append("")
    lines.append("Where, and how many:")
    places = outcome.get("rows", []) + outcome.get("files", [])
    lines += [f"  {one['place']}: {one['count']}" for one in places] or ["  nothing"]
    if request.kind == PersonRequest.Kind.ERASE:
        lines += _about_erasure(outcome)
    body = "\n".join(lines) + "\n"
    return f"{body}\n{_SEAL}{_seal(body)}\n"


def _about_erasure(outcome: dict[str, Any]) -> list[str]:
    looked = outcome.get("looked", {})
    lines = [
        "",
        f"Looked through afterwards: {looked.get('tables', 0)} tables, "
        f"{looked.get('files', 0)} files; found again in: "
        f"{', '.join(looked.get('hits', [])) or 'none'}.",
        "Sending the same reviews again does not bring them back: they are known by keyed hash.",
    ]
    if models := outcome.get("models", []):
        lines.append(
            f"Models that learned from erased reviews, to be replaced: {', '.join(models)}."
        )
    return lines


def certificate_holds(text: str) -> bool:
    """Whether `text` is a certificate of this installation, with no character changed."""
    body, found, seal = text.replace("\r\n", "\n").rpartition(f"\n{_SEAL}")
    return bool(found) and same(_seal(body), seal.strip())


def _seal(body: str) -> str:
    return keyed_hash(settings.VERBATIM_HOME.secret("certificates.key"), body)
