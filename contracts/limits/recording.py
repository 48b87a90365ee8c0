"""What is said and recorded: parties, events, submissions, drafts, entries, and deciding about them."""

# --- a party, an origin -------------------------------------------------------------------------

PARTY_LABEL_CHARACTERS_MAX = 31
"""One of the two labels of a party."""
ORIGIN_CHARACTERS_MAX = 255
"""The ledger's origin, which is also `aud` of every signature and the name of its checkpoint key."""
TEXT_CHARACTERS_MAX = 280
"""Any text in the words of an author: a note, a name, a reason."""
LONG_TEXT_CHARACTERS_MAX = 1_000
"""Any text in the words of a program: what a refusal says of one broken rule, one step of a trace."""
VALUE_REPEATED_CHARACTERS_MAX = 40
"""Of a wrong value that the answer to its author repeats."""
URI_CHARACTERS_MAX = 500
"""The address of a legal act or of evidence."""
FIRST_YEAR = 1900
"""No day of the language lies before it; a year of two digits is a slip."""
LAST_YEAR = 2199
"""No day lies after it, and no deadline: adding days to a day of the year 9999 would leave the calendar."""
ENVIRONMENT_VALUE_CHARACTERS_MAX = 65_536
"""A setting that is read from a file."""

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
EXCHANGE_RATE_DAYS_MAX = 366
"""Days on which one rate of exchange may apply: a year. Quarters are the longest in use."""
DUTY_PERCENT_MAX = 10_000
"""Percentage of one rate of duty, or of the cap of a floor. The highest known are some 3,400."""
UNIT_AMOUNT_MAX = 1_000_000_000_000
"""Amount of a price or a duty for one unit, in any currency. A tonne of rhodium was some 10^9 USD in 2021."""
EXCHANGE_RATE_MAX = 1_000_000_000
"""Units of one currency for one of another; its inverse is the least. A pound is some 10^6 rials."""
ITEM_VALUE_MAX = 100_000_000_000_000
"""A value of one item, in any currency: 10^14 rials are some 10^8 USD, a shipload of copper."""
ITEM_KILOGRAMS_MAX = 10_000_000_000
"""Mass of one item: ten million tonnes. The largest ships carry 400,000; summary declarations cover months."""
REPLENISH_DAYS_MAX = 3_650
"""Days within which a commitment asks for what was drawn to come back."""
CAPITAL_TERM_YEARS_MAX = 200
"""Years for which capital of a reserve is lent."""
LIMITATION_YEARS_MAX = 30
"""Years after which a member may say that duty is demanded or refunded no more; 3 in the Union, 10 after a crime."""
COVER_DAYS_MAX = 3_650
"""Days of demand that a reserve may be asked to cover: ten years; 60 is what is aimed at."""
DECLARATION_ITEMS_MAX = 100
"""Items in one declaration event; more go into further events of the same stream."""
RELEASE_SHARES_MAX = 20
"""Shares of one emergency release; each is judged on a commitment of its own, which the draft then expects."""
CASE_SUBJECTS_MAX = 32
"""Streams that one case is about: the measures and floors of one act."""
PROPOSED_EVENTS_MAX = 64
"""Events in one proposal: it is one event itself, so about as many measures fit into its bytes."""
UNDERTAKING_MODELS_MAX = 64
"""Minimum prices of one undertaking: with goods of their own some 300 bytes each, a third of an event."""
UNDERTAKING_MEASURES_MAX = 16
"""Measures that one undertaking exempts from: an anti-dumping and a countervailing duty for some groups of goods."""
SCHEDULE_BANDS_MAX = 12
"""Bands of a graduated schedule. Regulation (EC) No 504/2007 has four."""
IAT_AHEAD_SECONDS_MAX = 300
"""How far `iat` of a signature may lie after `recorded_at`: clocks of partners differ by minutes."""
TIME_AHEAD_SECONDS_MAX = 300
"""How far the `time` of an event may lie after it is decided, for the same reason."""
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
STAMP_BESIDE_EXPECTS_BYTES_MAX = 3_700
"""The first stamp of a draft without the key versions that it states: numbers, names, a signature, a decision."""
STALE_SECONDS_MAX = 60
"""Age of a decision when its draft is stamped; older ones are decided again."""
CLOCK_AHEAD_SECONDS_MAX = 5
"""A draft stamped further ahead of the ledger's clock is held, and an alarm rises."""

# --- deciding (tariffs) -------------------------------------------------------------------------

DERIVED_BYTES_MAX = DRAFT_BYTES_MAX - SUBMISSION_BYTES_MAX - 65_536
"""The derived part of a draft: what the largest authored part, the decision and `expects` leave of it."""
REFUSAL_BROKEN_MAX = 40
"""Broken rules that a refusal names, those that lead; all are answered. Each is at most 1.3 KiB of an event."""
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
HEAD_WAIT_SECONDS_MAX = 5
"""How long a submission signed with a key that is not known waits for the ledger's newest entries, before 401."""
RETRY_AFTER_SECONDS = 2
"""`Retry-After` of 429 and 503."""
STREAM_STATES_CACHED_MAX = 100_000
"""Streams (declarations, stocks, commitments) whose state tariffs keeps in memory."""
OUTDATED_RETRY_AFTER_SECONDS = 60
"""`Retry-After` of a service that is too old for the record: somebody has to put a newer release in its place."""
OUTCOMES_CACHED_MAX = 50_000
"""Digests of submissions whose answer tariffs remembers, to answer a retry without asking the ledger."""
RECEIPT_LATE_SECONDS = 3
"""Age from which tariffs asks the ledger for a receipt that did not come by itself."""
LEDGER_ANSWER_SECONDS_MAX = 10
"""How long tariffs waits for an answer of the ledger before it counts as away."""
STOP_SECONDS_MAX = 5
"""How long a service that is told to stop lets submissions under way come to their end."""
STOP_LOOK_MILLISECONDS = 100
"""How often it looks meanwhile whether the ledger has gone away, which is not waited for."""
SIGNATURE_HEADERS_CACHED_MAX = 4_096
"""Protected headers of signatures that are kept decoded; each at most 1 KiB."""
TIMELINE_ANSWERS_REMEMBERED_MAX = 50_000
"""Answers about one measure, floor or origin on one day that are not laid out again; each holds about 600 bytes.
All rules of a large tariff fit, so that whoever reads them page by page pushes out nothing that declarations need."""
CODES_NAMED_MAX = 12
"""Additional codes that a refusal names and explains; more are counted."""
TRACE_MEASURES_MAX = 60
"""Measures on the goods of one item that its trace names without their applying; the rest are counted. With
their reasons they take about 15 kB, so that an assessment stays far below the largest event."""

QUOTES_COMPARED_MAX = 60
"""Quotes in one comparison: one for each member of a bloc of fifty-odd."""
DAYS_ASKED_MAX = REPLENISH_DAYS_MAX
"""How many days ahead of V a read of obligations may ask; as long as a replenishment may be allowed to take."""

MASS_ASKED_KILOGRAMS_MAX = 10**12
"""How large a release a read of the cover may suppose: more than the world's yearly output of any listed mineral."""
