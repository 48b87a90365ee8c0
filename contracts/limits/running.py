"""What the services move, store and give to read: JetStream, Postgres, HTTP."""

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
NATS_CONNECT_SECONDS_MAX = 2
"""How long one attempt to reach NATS may take."""
NATS_PING_SECONDS = 10
"""How often a silent connection to NATS is tried; the second answer that is missing makes it count as lost."""
RECONNECT_WAIT_SECONDS = 1
"""Pause between attempts to reach NATS, Postgres or a followed ledger again; there is no last attempt."""
PARENT_WATCH_SECONDS = 1
"""How often a process looks whether its launcher still lives: the system tells nobody."""

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
POSITION_MAX = 2**62
"""Position that anybody can ask about: below the largest that Postgres can compare."""
PAGE_ENTRIES_DEFAULT = 100
"""Entries on one JSON page when `limit` is absent."""
PAGE_ENTRIES_MAX = 1_000
"""Entries on one JSON page."""
RULES_PAGE_DEFAULT = 100
"""Measures and floors on one page of rules when `limit` is absent."""
RULES_PAGE_MAX = 1_000
"""Measures and floors on one page of rules."""
LIFE_PAGE_DEFAULT = 50
"""Entries about one measure or floor on one page when `limit` is absent; with each come all days as known then."""
LIFE_PAGE_MAX = 200
"""Entries about one measure or floor on one page."""
RULES_LOOKED_THROUGH_MAX = 300
"""Measures and floors that one page looks through beside those it shows (such as those not in force on the day); `next`
says where to go on."""
READ_CHUNK_ENTRIES_MAX = 500
"""Rows that a streaming read holds in memory at a time: about a megabyte, as the caches of a processor hold. With 2,000
the same bytes took the ledger half as long again."""
LIVE_SUBSCRIBERS_MAX = 1_000
"""Open live feeds of one ledger process."""
LIVE_CHUNK_ENTRIES_MAX = 200
"""Entries that a live feed reads at a time: all that a slow reader keeps in memory. Nothing is queued for it."""
LIVE_HEARTBEAT_SECONDS = 15
"""Silence on a live feed before a comment line is sent, so that proxies keep it open."""
FOLLOW_GATHER_MILLISECONDS = 100
"""How long a follower for whom nobody waits lets entries gather after a wake-up, to read them in one go."""
IDS_ASKED_MAX = 256
"""Event ids in one question where they are recorded: as many as a submission has."""
FOLLOW_AGAIN_MILLISECONDS = 50
"""After which a follower asks again, unless it is woken, when there was nothing new and somebody waits for it."""
FOLLOW_AWAY_MILLISECONDS = 200
"""After which a follower asks again for a ledger that could not be read."""
FOLLOW_POLL_SECONDS = 1
"""How often a follower asks for new entries when no wake-up came: a wake-up is a hint, never the truth."""

# --- memory -------------------------------------------------------------------------------------

TARIFFS_GARBAGE_THRESHOLDS = (5_000, 20, 50)
"""How often tariffs looks for cyclic garbage. Each look is a pause: half a millisecond for the 5,000 youngest objects,
and ten times that for 50,000. What it remembers are acyclic values, which are kept out (`gc=False`, `gc.freeze`)."""
TARIFFS_SWITCH_SECONDS = 0.0005
"""How long a thread of tariffs goes on while another waits: those that carry HTTP, and one that looks for what ends."""
RULES_SET_ASIDE = 1_000
"""Entries about rules after which tariffs sets them aside from what is looked through for cyclic garbage."""
