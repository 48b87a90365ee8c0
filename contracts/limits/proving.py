"""What is proven and checked: log formats, signing, witnesses, verification."""

from contracts.limits.recording import ENTRY_BYTES_MAX

# --- transparency log formats -------------------------------------------------------------------

TREE_SIZE_MAX = 9_223_372_036_854_775_807
"""Entries of a tree: 2**63 - 1, the largest number of the C2SP formats and of a bigint column."""
COSIGNATURE_SECONDS_MAX = 9_223_372_036_854_775_807
"""The latest time of a cosignature, in seconds since 1970: 2**63 - 1, by C2SP tlog-cosignature."""
PROOF_HASHES_MAX = 63
"""Hashes of an inclusion proof: the most that a tree of TREE_SIZE_MAX has, and the most that tlog-witness takes."""
CONSISTENCY_HASHES_MAX = 64
"""Hashes of a consistency proof: one more than the depth of its tree, in trees above 2**62; witnesses take 63."""
NOTE_BYTES_MAX = 131_072
"""One signed note: room for 16 signatures of the largest post-quantum kind in use (5 kB, 6.7 kB in base64)."""
NOTE_SIGNATURES_MAX = 64
"""Signature lines of one note; the specification asks for at least 16."""
ADD_CHECKPOINT_BYTES_MAX = 135_168
"""Body of a request to a witness: the largest note, 63 hashes of 45 bytes, the old size."""
PROOF_FILE_BYTES_MAX = 200_704
"""One .tlog-proof file: the largest note, 63 hashes, and 64 KiB of extra data in base64."""
POLICY_CHARACTERS_MAX = 65_536
"""One trust policy: hundreds of keys; it bounds logs, witnesses and groups alike."""
BUNDLE_FILES_MAX = 65_536
"""Files of one proof bundle: a largest draft has 8,448 entries, each with its proof; keys add a few hundred more."""
BUNDLE_BYTES_MAX = 268_435_456
"""Bytes of all files of one proof bundle: 256 MiB, as it is checked in memory."""
EVIDENCE_DECLARATIONS_MAX = 2_000
"""Declarations that one evidence pack holds: some tens of thousands of files, and a page that can still be opened."""
PROVE_WAIT_SECONDS_DEFAULT = 10
"""How long `bloc prove` waits for a cosigned checkpoint that covers the entry; one comes within 2.5 s mostly."""

# --- signing ------------------------------------------------------------------------------------

SIGNATURE_PAUSE_SECONDS_MIN = 1
"""Between two signatures of the log: a checkpoint a second is what witnesses can follow for years."""
CHECKPOINTS_FILLED_MAX = 100
"""Cosigned checkpoints read at a time when looking back for the newest whose quorum is met."""
CHECKPOINTS_LOOKED_THROUGH_MAX = 10_000
"""How many are looked at: hours of them, some seconds. Where the policy has changed, none of years may meet it."""
RECHECK_ENTRIES_MAX = 1_000
"""Entries that the signer reads back at a time, unless one seal holds more; together at most some 65 MB."""
RECHECK_SLICE_ENTRIES_MAX = 50
"""Entries that it recomputes before others have the loop: less than half a millisecond."""
CHECKPOINTS_REMEMBERED_MAX = 1_024
"""Newest checkpoints whose notes stay in memory: a quarter of an hour; older ones are read from the tables."""
CHECKPOINT_CACHED_SECONDS = 1
"""How long a cache may keep a checkpoint: the next one is a second away."""
COSIGN_PATIENCE_SECONDS = 2
"""How long after a signature `GET /checkpoint` still gives the newest cosigned checkpoint."""

# --- witnesses, and proofs in receipts ----------------------------------------------------------

WITNESS_ANSWER_SECONDS_MAX = 5
"""How long the ledger waits for one answer of a witness, from connecting to the last byte."""
WITNESS_ANSWER_BYTES_MAX = 16_384
"""One answer of a witness: some signature lines, or a size."""
WITNESS_CONFLICTS_MAX = 2
"""Times in a row that a witness may name another size to go on from, before that counts as a fault."""
WITNESS_BACKOFF_SECONDS_MIN = 0.5
"""Pause after the first failure with a witness; it doubles with each further one."""
WITNESS_BACKOFF_SECONDS_MAX = 15
"""The longest pause: a witness that comes back is asked again within this time."""
COSIGNATURES_LOOKED_THROUGH_MAX = 1_000
"""Newest cosignatures read at a start, to know what each witness has; one that is older says so itself."""
PROOF_WAIT_SECONDS_DEFAULT = 5
"""How long `Prefer: proof=cosigned` waits, receipt included, when no `wait` stands beside it."""
PREFERENCES_CHARACTERS_MAX = 1_024
"""What is read of a `Prefer` header; preferences are wishes, so the rest is passed over."""
PROOF_ENTRIES_MAX = 16
"""Entries whose proofs go into a receipt; those of the others are read by position."""
PROOF_READ_SECONDS_MAX = 2
"""What reading the proofs may take beyond waiting for them."""
PROOFS_AWAITED_MAX = 256
"""Submissions that wait for their proofs at a time; beyond it a receipt goes out without."""

# --- running a witness --------------------------------------------------------------------------

WITNESS_CONNECTIONS_MAX = 512
"""Open connections to one witness; further ones wait to be accepted. Below the usual 1,024 open files."""
WITNESS_REQUESTS_MAX = 128
"""Requests with a body that a witness reads or judges at a time (17 MB of bodies); beyond it 503."""
WITNESS_HEADER_SECONDS_MAX = 10
"""How long a client may take for the head of its request, and a connection may stay silent between two."""
WITNESS_BODY_SECONDS_MAX = 3
"""How long a client may take for the body of its request."""
WITNESS_REPEAT_SECONDS = 10
"""Age up to which the stored cosignature answers the same checkpoint again: no signature, no write."""
WITNESS_NOTES_KEPT_MAX = 100_000
"""Cosigned notes kept for each log, newest first: a day of one checkpoint a second, some 60 MB."""
WITNESS_NOTES_PRUNED_EVERY = 1_000
"""Cosigned notes of a log between two looks for those that need not be kept any more."""
WITNESS_STORE_SECONDS_MAX = 5
"""How long a witness waits for its store while another process reads it."""
ACCUSATIONS_KEPT_MAX = 100
"""Accusations kept for each log that prove themselves, the first ones: more would convict it no further."""
ACCUSATIONS_UNPROVEN_KEPT_MAX = 100
"""Unproven ones kept for each log, the newest: whoever sends garbage must not fill the disk."""

# --- verifying a record --------------------------------------------------------------------------

VERIFY_CHUNK_BUNDLES = 16
"""Entry bundles that a worker examines at a time: 4,096 entries, mostly some megabytes, at most 268 MB."""
VERIFY_SERIAL_ENTRIES_MAX = 8_192
"""Records up to this size are verified in one process: starting others would take longer."""
VERIFY_ANSWER_BYTES_MAX = 256 * (2 + ENTRY_BYTES_MAX)
"""One file of a source: the largest entry bundle; nothing larger is read, whatever a server sends."""
VERIFY_ANSWER_SECONDS_MAX = 30
"""How long a verifier waits for a server to go on answering."""
VERIFY_ATTEMPTS_MAX = 4
"""Times that a verifier asks for one file before it counts the server as away."""
VERIFY_MARKS_PER_FILE = 131_072
"""Marks that one file of a verifier holds on average; looking through one takes some 20 MB."""
VERIFY_MARKS_HELD_BYTES = 16_777_216
"""Marks that a verifier gathers before it writes them into their files."""
VERIFY_REMARKS_MAX = 1_000
"""Remarks that a verifier lists one by one; the rest is counted."""

# --- reading a history ---------------------------------------------------------------------------

HISTORY_READ_BYTES = 1_048_576
"""Bytes of a history that replay and audit read at a time: some hundred entries, and never more in memory than two."""
HISTORY_READ_BUNDLES = 4
"""Entry bundles that they read at a time: 1,024 entries."""
STATE_HASH_ENTRIES = 100_000
"""Entries after which the tariffs service publishes the hash of its state: a second of replay."""
STATE_HASH_SECONDS = 3_600
"""Time after which it does so when fewer were recorded: an hour, so that a quiet bloc has some each day to compare."""
LIVE_STATE_HASH_SECONDS = 10
"""Age up to which the hash of the live state is given again: whoever asks on and on costs little."""
STATE_HASH_SLICE_MILLISECONDS = 0.5
"""How long the service hashes at a stretch before whatever else is ready has its turn."""
STATE_HASH_PAUSE_MILLISECONDS = 1
"""How long it then waits; the least that the loop can: it rounds to whole milliseconds, and nothing lets nobody in."""
STATE_HASH_LOOK_SECONDS = 5
"""How often it looks whether a hash is due."""

# --- auditing -----------------------------------------------------------------------------------

AUDIT_RULE_STATES_KEPT_MAX = 4_096
"""Rules states that an audit keeps (up to twice as many): what was decided before that was decided minutes too late."""
AUDIT_STREAMS_HELD_MAX = 20_000
"""Streams loaded on demand (declarations, stock) that an audit holds in memory; half of them go to disk at a time."""
AUDIT_STRETCH_ENTRIES = 256
"""Entries of a stretch: the drafts that begin in it are judged by one process."""
AUDIT_STRETCHES_AHEAD_MAX = 64
"""Stretches that wait for each worker of an audit, of about half a megabyte each, and the same for all of them."""
AUDIT_STRETCHES_OWED_MAX = 2
"""Stretches that a worker is to judge and has not taken yet: one to go on with, and another while that is sent."""
AUDIT_SWITCH_SECONDS = 0.0005
"""How long a judging process goes on while its threads wait that send to workers."""
AUDIT_PROCESSES_MAX = 8
"""Processes of an audit: each folds the whole record, so more of them gain less and less."""
AUDIT_FINDINGS_LISTED_MAX = 1_000
"""Findings of one kind that a report lists; all are counted."""
CAUSES_NAMED_MAX = 50
"""Late facts that a reassessment or a finding names as having changed a duty; of more, the newest."""

# --- simulating ---------------------------------------------------------------------------------

SIMULATION_CHANGES_LISTED_MAX = 1_000
"""Items whose duty changes that a simulation lists, those with the largest differences; all are summed up."""
