"""Names of columns that are not ours go: in a file without a header they were its first review."""

from django.conf import settings
from django.db import migrations

from reviews.importing.kept import stored_header, stored_mapping, stored_remembered

_HEADERS = 50  # of a source's newest imports, to find where a column stood


def forget_names(apps, schema_editor):
    batches = apps.get_model("reviews", "ImportBatch").objects
    sources = apps.get_model("reviews", "Source").objects
    key = None
    for source in sources.exclude(mapping={}).iterator():
        key = key or str(settings.VERBATIM_HOME.secret("content.key"))
        newest = batches.filter(source=source).order_by("-pk").values_list("header", flat=True)
        mapping = stored_remembered(list(newest[:_HEADERS]), source.mapping, key)
        if mapping != source.mapping:
            sources.filter(pk=source.pk).update(mapping=mapping)
    # One that is under way is put right by the worker that goes on with it.
    going = {"state": "running", "job__state__in": ["queued", "running"]}
    for batch in batches.exclude(**going).only("header", "mapping").iterator(chunk_size=500):
        header = stored_header(batch.header)
        mapping = stored_mapping(batch.header, batch.mapping)
        if (header, mapping) != (batch.header, batch.mapping):
            batches.filter(pk=batch.pk).update(header=header, mapping=mapping)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0010_one_index_a_key")]

    operations = [migrations.RunPython(forget_names, migrations.RunPython.noop, elidable=True)]
