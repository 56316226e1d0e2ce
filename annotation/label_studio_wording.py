"""What is wrong with a server, a push or an answer, in words that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from annotation.label_studio.errors import LabelStudioError

TROUBLES: dict[str, str] = {
    # The address
    "bad_address": gettext_noop(
        "This is no address of a server. Write it like https://labels.example.com, without a "
        "password or a question mark."
    ),
    "private_address": gettext_noop(
        "The address lies in a private network, or on this machine. If that is meant, set "
        "VERBATIM_LABEL_STUDIO_PRIVATE=true and start Verbatim again."
    ),
    "forbidden_address": gettext_noop(
        "This address is never asked: machines keep credentials there. Use the server's own one."
    ),
    "unknown_host": gettext_noop("No machine has this name. Look for a slip in the address."),
    "not_reachable": gettext_noop(
        "Nothing answers at the address. Start the server, and look at port and firewall."
    ),
    "too_slow": gettext_noop("The server does not answer in time. Look at its load and its log."),
    "bad_certificate": gettext_noop(
        "The server's certificate is not valid for this address. Renew it, or correct the address."
    ),
    "redirected": gettext_noop(
        "The server sends to another address. Enter that one; look at https, and at the path."
    ),
    "not_label_studio": gettext_noop(
        "Something answers there, but not Label Studio. Correct the address or the port."
    ),
    "server_error": gettext_noop("The server failed. Its log says why; what waits is sent later."),
    "strange_answer": gettext_noop(
        "The server answered in a form that is not known. It may be another version than 1.23."
    ),
    "too_large": gettext_noop("The server's answer is too large. Make smaller batches."),
    # The token
    "bad_token": gettext_noop("Paste the token as Label Studio shows it, on one line."),
    "token_refused": gettext_noop(
        "The server does not accept the token. Make a new one there, under Account & Settings, "
        "and enter it here."
    ),
    "legacy_tokens_off": gettext_noop(
        "The server has legacy tokens turned off. Enter a personal access token instead, or allow "
        "legacy tokens there, under Organization, Access token settings."
    ),
    "token_lost": gettext_noop("The stored token cannot be opened any more. Enter it again."),
    "refused": gettext_noop("The server refused a request. Its log says why."),
    "not_there": gettext_noop("What was asked for is not there any more."),
    # What a check finds beside
    "reachable": gettext_noop("The server answers."),
    "token_good": gettext_noop("It accepts the token, of the account %(account)s."),
    "other_version": gettext_noop(
        "It has version %(version)s; tried was %(tried)s. Look at the first labels closely."
    ),
    "signup_open": gettext_noop(
        "Anybody who reaches the server can make an account and read the texts. Start it with "
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK=true."
    ),
    "not_encrypted": gettext_noop(
        "Token and texts go over the network unencrypted. Put the server behind https."
    ),
    "hooks_come": gettext_noop("Its webhooks reach us: changes are here within seconds."),
    "hooks_lost": gettext_noop(
        "Its webhooks do not reach us at %(url)s, so changes come every five minutes only. Look at "
        "our address, the firewall, and VERBATIM_ALLOWED_HOSTS."
    ),
    "we_are_blocked": gettext_noop(
        "The server refuses to send webhooks to our address, as it is in a private network. "
        "Changes come every five minutes only. Start it with SSRF_PROTECTION_ENABLED=false if both "
        "are in one network."
    ),
    # Connecting and pushing
    "bad_name": gettext_noop("Give it a name of 1 to 60 characters."),
    "name_taken": gettext_noop("There is a server of this name; choose another one."),
    "texts_there": gettext_noop(
        "Texts of reviews are still there. Take its batches back first: whoever asks to be erased "
        "must be found."
    ),
    "batch_closed": gettext_noop("The batch is not open. Open it first."),
    "foreign_stores": gettext_noop(
        "The batch holds reviews of stores that are not yours, or not this server's."
    ),
    "at_another_server": gettext_noop("The batch is at another server. Take it back there first."),
    "nothing_to_send": gettext_noop(
        "Every review of the batch has its answers, or may not be labelled."
    ),
    "unaided": gettext_noop(
        "This batch is labelled unaided, so it shows no answers of the model beforehand."
    ),
    "not_sent_yet": gettext_noop("The batch is not there yet. Wait until it is sent."),
    "busy": gettext_noop("Another exchange with this project is going on. Try again in a minute."),
}
PROBLEMS: dict[str, str] = {
    "unknown_person": gettext_noop(
        "Nobody here has the e-mail address %(about)s. Give it to a user, and it counts."
    ),
    "may_not_label": gettext_noop(
        "%(about)s may not label, or not for this store. Give them the role annotator and the "
        "store."
    ),
    "unknown_label": gettext_noop(
        "There is no choice “%(about)s” here. Correct the answer, or the labels of the project "
        "there."
    ),
    "unanswered": gettext_noop("The question “%(about)s” is not answered. Answer it there."),
    "bad_offsets": gettext_noop("Marked words do not stand where it says. Mark them again there."),
    "unreadable": gettext_noop("Its content cannot be read. Answer it again there."),
    "answered_here": gettext_noop(
        "The same person answered this review here, or by a file. That answer stays."
    ),
    "newer": gettext_noop("A newer answer by the same person counts instead."),
    "text_changed": gettext_noop(
        "The shopper wrote another text since. The review has to be read again."
    ),
    "text_unknown": gettext_noop(
        "The text there was changed by hand. Restore it, and answer again."
    ),
    "not_allowed": gettext_noop("The review may not be labelled at the moment."),
}


def trouble_words(code: str, details: Mapping[str, Any] | None = None) -> str:
    """In the reader's language."""
    return _filled(gettext(TROUBLES.get(code, TROUBLES["refused"])), details or {})


def trouble_plain(error: LabelStudioError) -> str:
    """In English, for what is written down without a reader."""
    return _filled(TROUBLES.get(error.code, TROUBLES["refused"]), error.details)


def problem_words(code: str, about: str = "") -> str:
    return _filled(gettext(PROBLEMS.get(code, code)), {"about": about or "—"})


def _filled(words: str, details: Mapping[str, Any]) -> str:
    return words % {"account": "", "version": "", "tried": "", "url": "", **details}
