"""Every limit of the system in one place: sizes, counts, waits, budgets.

A limit that is written where it is used is found again only by the person who hits it. So nobody puts a
limit elsewhere; the unit is the last word before MAX or DEFAULT, and the line below each constant says what
it bounds and, where it is not plain, why this number.
"""

# --- one event, one submission ------------------------------------------------------------------

EVENT_BYTES_MAX = 61_440
"""One event line as its author wrote it. With the largest stamp it still fits ENTRY_BYTES_MAX."""
SUBMISSION_EVENTS_MAX = 256
"""Events in one signed body."""
SUBMISSION_BYTES_MAX = 524_288
"""One signed body, the final LF included."""
SIGNATURE_BYTES_MAX = 1_024
"""The `Bloc-Signature` header: protected header, two dots, signature."""
JSON_DEPTH_MAX = 32
"""Nesting of an event. The deepest payload of events.md needs 9; a depth bomb needs thousands."""
DECLARATION_ITEMS_MAX = 100
"""Items in one declaration event; more go into further events of the same stream."""
IAT_AHEAD_SECONDS_MAX = 300
"""How far `iat` of a signature may lie after `recorded_at`: clocks of partners differ by minutes."""
IAT_BEHIND_SECONDS_MAX = 604_800
"""How far `iat` may lie before `recorded_at`: seven days of retries, then a captured body is worthless."""

CHECKPOINT_KEY_OVERLAP_DAYS_MAX = 90
"""Days after its rotation for which the ledger's old key may go on signing: a quarter, in which witnesses and
auditors take the new one into their policies. Longer, and a key that was given up would count for a year."""

# --- draft, decision, entry ---------------------------------------------------------------------

DRAFT_BYTES_MAX = 3_145_728
"""One draft as msgpack; below the payload limit of NATS, so that headers fit as well."""
NATS_PAYLOAD_BYTES_MAX = 4_194_304
"""`max_payload` of the NATS server."""
DRAFT_PARTS_MAX = 2
"""Parts of a draft: what the author signed and what tariffs derived from it."""
DRAFT_ATTACHMENTS_MAX = 1
"""Attachments of a draft: the body of the submission that it refuses."""
DRAFT_EVENTS_MAX = 8_192
"""Events of a draft: more than DRAFT_BYTES_MAX has room for, as a derived event has some 400 bytes."""
DRAFT_KEYS_MAX = 1_024
"""Keys in `expects`: four for each of 256 events."""
KEY_BYTES_MAX = 200
"""One stream or guard: a kind, and up to two ids of 64 characters."""
DECISION_BYTES_MAX = 2_048
"""The compact JWS of a decision. It stands in a stamp, so it counts against the entry."""
ENTRY_BYTES_MAX = 65_535
"""One entry: tlog-tiles bundles put a 16-bit length before it."""
STAMP_BYTES_MAX = ENTRY_BYTES_MAX - EVENT_BYTES_MAX - 1
"""The ledger's stamp: what is left of an entry beside the largest event and the LF between them."""
STALE_SECONDS_MAX = 60
"""Age of a decision when its draft is stamped; older ones are decided again."""
CLOCK_AHEAD_SECONDS_MAX = 5
"""A draft stamped further ahead of the ledger's clock is held, and an alarm rises."""

# --- deciding (tariffs) -------------------------------------------------------------------------

DERIVED_BYTES_MAX = DRAFT_BYTES_MAX - SUBMISSION_BYTES_MAX - 65_536
"""The derived part of a draft: what the largest authored part, the decision and `expects` leave of it."""
REFUSAL_BROKEN_MAX = 40
"""Broken rules that a refusal names, those that lead; all are answered. Each is at most 1.3 KiB of an event."""
REFUSAL_TEXT_CHARACTERS_MAX = 1_000
"""What a refusal says of one broken rule: the text of the rule, and what was wrong here."""
CONFLICT_RETRIES_MAX = 3
"""Times a submission is decided again after a conflict before its author gets 409."""
WAIT_SECONDS_DEFAULT = 2
"""How long POST /submissions waits for the receipt when `Prefer: wait` is absent."""
WAIT_SECONDS_MAX = 30
"""The longest `Prefer: wait` and the longest wait for `min_position`."""
SUBMISSIONS_QUEUED_MAX = 4_096
"""Submissions accepted but not yet answered in one process; beyond it 503 with Retry-After."""
SUBMISSIONS_PER_KEY_QUEUED_MAX = 512
"""Submissions waiting for one key (a hot lot, a quota); beyond it 503 with Retry-After."""
SUBMISSION_BYTES_QUEUED_MAX = 134_217_728
"""Bytes of bodies held by queued submissions: 128 MiB, whatever their number."""
PARTY_SUBMISSIONS_PER_SECOND_MAX = 2_000
"""Sustained submissions of one party; beyond it 429. Fair shares, not a defence against floods."""
PARTY_SUBMISSIONS_BURST_MAX = 8_000
"""Submissions that a party may send at once after a quiet while."""
PARTY_REFUSALS_PER_MINUTE_MAX = 120
"""Refusals recorded for one party; beyond it 429, counted and not recorded."""
PARTIES_REMEMBERED_MAX = 10_000
"""Parties whose budgets are kept in memory; the one unused for longest is forgotten first."""
DECIDE_WAIT_SECONDS_MAX = 20
"""How long a submission waits to be decided (its lane, its streams, the ledger's head) before 503."""
RETRY_AFTER_SECONDS = 2
"""`Retry-After` of 429 and 503."""
STREAM_STATES_CACHED_MAX = 100_000
"""Streams (declarations, stocks, commitments) whose state tariffs keeps in memory."""
OUTCOMES_CACHED_MAX = 50_000
"""Digests of submissions whose answer tariffs remembers, to answer a retry without asking the ledger."""
RECEIPT_LATE_SECONDS = 3
"""Age from which tariffs asks the ledger for a receipt that did not come by itself."""
LEDGER_ANSWER_SECONDS_MAX = 10
"""How long tariffs waits for an answer of the ledger before it counts as away."""
STOP_SECONDS_MAX = 5
"""How long a service that is told to stop lets submissions under way come to their end."""
SIGNATURE_HEADERS_CACHED_MAX = 4_096
"""Protected headers of signatures that are kept decoded; each at most 1 KiB."""
TIMELINE_ANSWERS_REMEMBERED_MAX = 20_000
"""Answers about one measure, floor or origin on one day that an assessment does not lay out again."""
TRACE_MEASURES_MAX = 60
"""Measures on the goods of one item that its trace names without their applying; the rest are counted. With
their reasons they take about 15 kB, so that an assessment stays far below the largest event."""

# --- JetStream ----------------------------------------------------------------------------------

ATOMIC_BATCH_MESSAGES_MAX = 1_000
"""Messages in one atomic batch: the server's own limit (ADR-50)."""
ATOMIC_BATCH_ID_CHARACTERS_MAX = 64
"""The id of an atomic batch: the server's own limit (ADR-50)."""
PUBLISH_BATCH_DRAFTS_MAX = 500
"""Drafts in one atomic publish: half of what the server takes."""
PUBLISH_BATCH_BYTES_MAX = 16_777_216
"""Bytes in one atomic publish, so that a batch of large drafts does not stall small ones."""
PUBLISH_QUEUED_BYTES_MAX = 67_108_864
"""Bytes of decided drafts waiting to be published; beyond it 503 before anything is decided."""
PUBLISH_ACK_SECONDS_MAX = 5
"""How long tariffs waits for the ack of a publish before the outcome counts as unknown."""
PULL_DRAFTS_MAX = 1_000
"""Drafts that the ledger asks JetStream for in one pull."""
PULL_WAIT_SECONDS_MAX = 5
"""How long one pull stays open when nothing comes."""
PULL_HEARTBEAT_SECONDS = 1
"""How often JetStream says that an open pull is alive; three silences and the pull is made again."""
CONSUMER_IDLE_SECONDS_MAX = 300
"""How long JetStream keeps the consumer of a ledger that does not ask any more."""
ACK_WAIT_SECONDS = 3_600
"""How long JetStream waits for the ack of a batch. Acks decide nothing; early redelivery would only cost."""
BATCH_DRAFTS_MAX = 500
"""Drafts in one transaction of the ledger."""
BATCH_BYTES_MAX = 33_554_432
"""Bytes of drafts in one transaction of the ledger: 32 MiB."""
BATCH_ENTRIES_MAX = 4_000
"""Entries in one transaction of the ledger, unless a single draft holds more."""
RECEIPT_ENTRIES_MAX = 16
"""Authored lines up to which a receipt names each entry; above it, first position and count say it all."""
RECEIPTS_PER_MESSAGE_MAX = 500
"""Receipts in one message; each at most some kilobytes, so that a message stays below NATS_PAYLOAD_BYTES_MAX."""
KEY_VERSIONS_CACHED_MAX = 200_000
"""Keys whose version the ledger keeps in memory: a few batches' worth and all hot ones; the rest is looked up."""
FACTS_BATCH_MAX = 500
"""Facts in one atomic publish."""
FACTS_PAUSE_FACTOR = 9
"""While drafts wait, telling facts rests nine times as long as it worked: recording goes first."""
RECONNECT_WAIT_SECONDS = 1
"""Pause between attempts to reach NATS or Postgres again; there is no last attempt."""

# --- storage ------------------------------------------------------------------------------------

PARTITION_POSITIONS = 1_000_000
"""Positions in one partition of `ledger.entries`."""
PARTITIONS_AHEAD = 2
"""Partitions made ahead of the one being written; readiness fails below one."""
PARTITIONS_CHECKED_SECONDS = 10
"""How often the ledger sees to partitions; at 30,000 entries a second one lasts for half a minute."""
DATABASE_CONNECTIONS_MAX = 10
"""Connections of one service."""
NODES_FILLED_MAX = 64
"""Nodes of the tree that are filled in at a time when an older release left them out: 16,384 leaves read and hashed."""
STATEMENT_SECONDS_MAX = 30
"""The longest statement of a read; the writer's batch has the same bound."""

# --- reading ------------------------------------------------------------------------------------

READ_REQUEST_BYTES_MAX = 16_384
"""Body of a request to a service that only answers questions."""
READ_CHUNK_BYTES_MAX = 4_194_304
"""Bytes of entries on one page or in one chunk (and one entry more): 1,000 of the largest would be 64 MB."""
READ_SCAN_POSITIONS_MAX = 50_000
"""Positions that one page looks through when it filters by party or type; `next` says where to go on."""
SUBTREE_ROOTS_CACHED_MAX = 1_024
"""Roots of complete subtrees that proofs share, each kept under the at most 4 kB of hashes that it is made of."""
PROOF_READ_WAIT_SECONDS_DEFAULT = 2
"""How long GET /entries/{position}/proof waits for a checkpoint that covers the entry when `wait` is absent."""
BUNDLE_COMPRESSION_LEVEL = 1
"""gzip of entry bundles: level 1 takes a quarter of the time of level 6 and leaves a tenth more bytes."""
WATERMARK_MILLISECONDS = 200
"""How often the ledger asks JetStream whether anything waits: the watermark is at most two of these behind."""
PAGE_ENTRIES_DEFAULT = 100
"""Entries on one JSON page when `limit` is absent."""
PAGE_ENTRIES_MAX = 1_000
"""Entries on one JSON page."""
READ_CHUNK_ENTRIES_MAX = 2_000
"""Rows that a streaming read holds in memory at a time."""
LIVE_SUBSCRIBERS_MAX = 1_000
"""Open live feeds of one ledger process."""
LIVE_CHUNK_ENTRIES_MAX = 200
"""Entries that a live feed reads at a time: all that a slow reader keeps in memory. Nothing is queued for it."""
LIVE_HEARTBEAT_SECONDS = 15
"""Silence on a live feed before a comment line is sent, so that proxies keep it open."""
FOLLOW_GATHER_MILLISECONDS = 100
"""How long a follower for whom nobody waits lets entries gather after a wake-up, to read them in one go."""
FOLLOW_POLL_SECONDS = 1
"""How often a follower asks for new entries when no wake-up came: a wake-up is a hint, never the truth."""

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
PROVE_WAIT_SECONDS_DEFAULT = 10
"""How long `bloc prove` waits for a cosigned checkpoint that covers the entry; one comes within 2.5 s mostly."""

# --- signing ------------------------------------------------------------------------------------

SIGNATURE_PAUSE_SECONDS_MIN = 1
"""Between two signatures of the log: a checkpoint a second is what witnesses can follow for years."""
CHECKPOINTS_FILLED_MAX = 100
"""Cosigned checkpoints read at a time when looking back for the newest whose quorum is met."""
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

# --- a party, an origin -------------------------------------------------------------------------

PARTY_LABEL_CHARACTERS_MAX = 31
"""One of the two labels of a party."""
ORIGIN_CHARACTERS_MAX = 255
"""The ledger's origin, which is also `aud` of every signature and the name of its checkpoint key."""
TEXT_CHARACTERS_MAX = 280
"""Any text in the words of an author: a note, a name, a reason."""
ENVIRONMENT_VALUE_CHARACTERS_MAX = 65_536
"""A setting that is read from a file."""
