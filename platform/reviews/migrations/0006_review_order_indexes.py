import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Concurrently: a large table is written to meanwhile.
    atomic = False

    dependencies = [
        ('reviews', '0005_cleaning_rules'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='review',
            index=models.Index(fields=['-posted_at', '-id'], name='review_posted'),
        ),
        AddIndexConcurrently(
            model_name='review',
            index=django.contrib.postgres.indexes.BrinIndex(fields=['created_at'], name='review_created'),
        ),
    ]
