"""The tables of the proofs: nodes of the tree, checkpoints, cosignatures; append-only."""

from migrations.plain_files import run_files

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Run the files in their reading order."""
    run_files(
        "0017_nodes.sql",
        "0018_checkpoints.sql",
        "0019_cosignatures.sql",
        "0020_proof_guards.sql",
    )


def downgrade() -> None:
    """There is no way back: a schema without the record is not an earlier schema but a loss."""
    raise NotImplementedError("the record is append-only, and so is its schema: restore a backup instead")
