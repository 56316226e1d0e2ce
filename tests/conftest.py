"""What every test may use: embedded services in a temporary home, and a small cast of people."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from common import catalogues

PASSWORD = "correct horse battery"

# Compiled catalogues are not in the repository; `manage.py` compiles them, and here we must.
catalogues.compile_stale()


@pytest.fixture(scope="session")
def services() -> Iterator[None]:
    """Real PostgreSQL and a real broker for the whole run, in a home that is thrown away."""
    from common.commands import embedded_kinds
    from common.embedded.usage import embedded

    with embedded(settings.VERBATIM_HOME, embedded_kinds()):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(services: None) -> None:
    """The test database is made in the services of this run."""
    from annotation.services import audit

    # By chance any review would be in the audit sample, and so in no training; tests of the sample
    # set a rate of their own.
    audit.DEFAULT_RATE = 0.0


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests in a browser empty every table afterwards, which the audit trail refuses."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("privacy_auditentry", "privacy_auditlink"):
            cursor.execute(f"alter table {table} disable trigger audit_no_truncate")


@pytest.fixture
def cast(db: None) -> SimpleNamespace:
    """Two stores, and people with fixed roles: bob must see nothing of lanting."""
    from accounts.models import Role, Store, User

    lanting = Store.objects.create(key="lanting", name_en="Lanting Home", name_zh="兰亭家居")
    northway = Store.objects.create(key="northway", name_en="Northway", name_zh="北途")

    def person(name: str, role: Role | None, stores: list[Store], **extra: bool) -> User:
        user = User.objects.create_user(
            username=name, password=PASSWORD, roles=[role] if role else [], is_staff=True, **extra
        )
        user.stores.set(stores)
        return user

    both = [lanting, northway]
    return SimpleNamespace(
        lanting=lanting,
        northway=northway,
        alice=person("alice", None, [], is_superuser=True),
        mia=person("mia", Role.MANAGER, [lanting]),
        ann=person("ann", Role.ANNOTATOR, [lanting]),
        ivo=person("ivo", Role.INTEGRATOR, [lanting]),
        max=person("max", Role.ML_ENGINEER, both),
        pia=person("pia", Role.PRIVACY_OFFICER, both),
        bob=person("bob", Role.MANAGER, [northway]),
        password=PASSWORD,
    )
