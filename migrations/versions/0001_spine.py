"""The ledger's first schema: entries, ids, key versions, outcomes, seals, attachments, incarnations;
append-only.

Roles, schemas and event triggers are not here: they need a superuser (deploy/postgres/, `bloc bootstrap`).
"""

from migrations.plain_files import run_files

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Run the files in their reading order."""
    run_files(
        "0001_entries.sql",
        "0002_ids.sql",
        "0003_key_versions.sql",
        "0004_outcomes.sql",
        "0005_seals.sql",
        "0006_attachments.sql",
        "0007_incarnations.sql",
        "0008_refuse_change.sql",
        "0009_guard_table.sql",
        "0010_append_only.sql",
        "0011_make_partitions.sql",
        "0012_partitions_ahead.sql",
        "0013_unguarded.sql",
        "0014_read_json.sql",
        "0015_entries_json.sql",
        "0016_grants.sql",
    )


def downgrade() -> None:
    """There is no way back: a schema without the record is not an earlier schema but a loss."""
    raise NotImplementedError("the record is append-only, and so is its schema: restore a backup instead")
