-- The embedded store. Handles are small integers; times are microseconds; own ids and keys are 16 bytes.

CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE place (id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, scope TEXT NOT NULL, UNIQUE (namespace, scope));

-- head: the first 8 bytes of the key, which index better than the whole; keys are held to be unique by the writer
-- named: stamp of the event that first named it; NULL where only a decision or a consent mentions it
CREATE TABLE identifier (
    id INTEGER PRIMARY KEY, head INTEGER NOT NULL, key BLOB NOT NULL, place INTEGER NOT NULL, mask TEXT NOT NULL, clear TEXT,
    named INTEGER
);
CREATE INDEX identifier_head ON identifier (head);
CREATE INDEX identifier_unnamed ON identifier (id) WHERE named IS NULL;

-- purposes are named by small integers in the tables below
CREATE TABLE purpose (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

-- consent 0 and basis '' stand for none, so that UNIQUE holds
CREATE TABLE backing (
    id INTEGER PRIMARY KEY, consent INTEGER NOT NULL, basis TEXT NOT NULL, weight REAL NOT NULL, UNIQUE (consent, basis, weight)
);

-- stamp: strictly growing moment of recording; members: handles, 8 bytes each, in the order written
CREATE TABLE sighting (
    stamp INTEGER PRIMARY KEY, at INTEGER NOT NULL, source TEXT NOT NULL, event_id TEXT NOT NULL, session TEXT,
    backing INTEGER NOT NULL, members BLOB NOT NULL
);
CREATE UNIQUE INDEX sighting_event ON sighting (source, event_id);
CREATE INDEX sighting_backing ON sighting (backing) WHERE backing > 1;

CREATE TABLE mention (identifier INTEGER NOT NULL, stamp INTEGER NOT NULL, PRIMARY KEY (identifier, stamp)) WITHOUT ROWID;

-- evidence of a link a < b; moment 0: folded over sightings, else the stamp of one
CREATE TABLE piece (
    a INTEGER NOT NULL, b INTEGER NOT NULL, backing INTEGER NOT NULL, moment INTEGER NOT NULL, closed INTEGER NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (a, b, backing, moment, closed)
) WITHOUT ROWID;
CREATE INDEX piece_b ON piece (b, a);

CREATE TABLE consent (id INTEGER PRIMARY KEY, consent_id TEXT NOT NULL UNIQUE);
CREATE TABLE granting (
    consent INTEGER NOT NULL, at INTEGER NOT NULL, expires INTEGER, purposes TEXT NOT NULL, subject INTEGER, notice TEXT,
    evidence TEXT, channel TEXT, in_exchange_for TEXT, basis TEXT, controller TEXT, jurisdiction TEXT, language TEXT,
    recorded INTEGER PRIMARY KEY
);
CREATE INDEX granting_consent ON granting (consent);
CREATE INDEX granting_subject ON granting (subject) WHERE subject IS NOT NULL;
CREATE INDEX granting_expires ON granting (expires) WHERE expires IS NOT NULL;
CREATE TABLE withdrawal (
    consent INTEGER, subject INTEGER, purpose TEXT, at INTEGER NOT NULL, channel TEXT, reason TEXT, recorded INTEGER PRIMARY KEY
);
CREATE INDEX withdrawal_consent ON withdrawal (consent);
CREATE INDEX withdrawal_subject ON withdrawal (subject);

CREATE TABLE closing (
    a INTEGER NOT NULL, b INTEGER, at INTEGER NOT NULL, source TEXT, by TEXT, reason TEXT, recorded INTEGER PRIMARY KEY
);
CREATE INDEX closing_a ON closing (a);
CREATE INDEX closing_b ON closing (b);
CREATE TABLE ruling (
    ruling TEXT NOT NULL, a INTEGER NOT NULL, b INTEGER NOT NULL, at INTEGER NOT NULL, consent INTEGER, basis TEXT, by TEXT,
    reason TEXT, recorded INTEGER PRIMARY KEY
);
CREATE INDEX ruling_a ON ruling (a);
CREATE INDEX ruling_b ON ruling (b);

-- campaigns, channels and codes by small integers; 0 stands for none
CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);

-- statements; of: stamp of the first one on the same referral or order
CREATE TABLE referral (
    of INTEGER NOT NULL, referrer INTEGER NOT NULL, referee INTEGER NOT NULL, at INTEGER NOT NULL, campaign INTEGER NOT NULL,
    channel INTEGER NOT NULL, code INTEGER NOT NULL, status INTEGER NOT NULL, value REAL, source TEXT NOT NULL,
    event_id TEXT NOT NULL, recorded INTEGER PRIMARY KEY
);
CREATE INDEX referral_event ON referral (source, event_id);
CREATE INDEX referral_referrer ON referral (referrer, referee);
CREATE INDEX referral_referee ON referral (referee);
CREATE INDEX referral_of ON referral (of) WHERE of <> recorded;
CREATE TABLE purchase (
    of INTEGER NOT NULL, subject INTEGER NOT NULL, at INTEGER NOT NULL, amount REAL, refunded REAL, currency TEXT,
    campaign INTEGER NOT NULL, channel INTEGER NOT NULL, code INTEGER NOT NULL, source TEXT NOT NULL, order_id TEXT NOT NULL,
    recorded INTEGER PRIMARY KEY
);
CREATE INDEX purchase_order ON purchase (source, order_id);
CREATE INDEX purchase_subject ON purchase (subject);

-- what is said of a person: recruited (name: the programme) or opted_out
CREATE TABLE mark (
    kind TEXT NOT NULL, name TEXT NOT NULL, identifier INTEGER NOT NULL, at INTEGER NOT NULL, until INTEGER,
    recorded INTEGER PRIMARY KEY
);
CREATE INDEX mark_identifier ON mark (identifier);

-- scorings of a network; state 0: under way, 1: the last good one, 2: replaced or given up, 3: nothing left of it (the row stays, so that no job is numbered twice)
CREATE TABLE scoring (
    job INTEGER PRIMARY KEY, purpose TEXT NOT NULL, made INTEGER NOT NULL, as_of INTEGER, cursor INTEGER, summary TEXT,
    state INTEGER NOT NULL, trace TEXT
);
CREATE TABLE scored (
    job INTEGER NOT NULL, person INTEGER NOT NULL, will_refer REAL, will_refer_low REAL, will_refer_high REAL, by_referrals REAL,
    by_deeds REAL, network_under REAL, network_under_low REAL, network_under_high REAL, below REAL, mass REAL, bridge REAL,
    reach REAL, depth REAL, direct REAL, second REAL, recent REAL, deeds REAL, trust REAL, accepted REAL, distinct_persons REAL,
    within_consent REAL, value REAL, refunded REAL, recruited REAL, role REAL, idle_share REAL, size REAL, width REAL,
    virality REAL, pattern REAL, PRIMARY KEY (job, person)
) WITHOUT ROWID;
CREATE TABLE scored_link (
    job INTEGER NOT NULL, referee INTEGER NOT NULL, referrer INTEGER NOT NULL, at INTEGER NOT NULL, campaign INTEGER NOT NULL,
    channel INTEGER NOT NULL, value REAL NOT NULL, PRIMARY KEY (job, referee)
) WITHOUT ROWID;
CREATE INDEX scored_link_referrer ON scored_link (job, referrer, at);

-- place is the identifier's, kept here too since it is always read with the rest; leader 0: in no part (an attribute); settled 1: mass value, 2: shared device; contested: a rule bit in this part
CREATE TABLE membership (
    purpose INTEGER NOT NULL, identifier INTEGER NOT NULL, place INTEGER NOT NULL, own BLOB NOT NULL, leader INTEGER NOT NULL,
    settled INTEGER NOT NULL, contested INTEGER NOT NULL, PRIMARY KEY (purpose, identifier)
) WITHOUT ROWID;
CREATE UNIQUE INDEX membership_own ON membership (own);
CREATE INDEX membership_led ON membership (purpose, leader, identifier, place);

CREATE TABLE finding (
    purpose INTEGER NOT NULL, a INTEGER NOT NULL, b INTEGER NOT NULL, verdict TEXT NOT NULL, reason TEXT, clash_a INTEGER,
    clash_b INTEGER, PRIMARY KEY (purpose, a, b)
) WITHOUT ROWID;
CREATE INDEX finding_b ON finding (purpose, b);

-- when something will change by itself: a link (a, b) or, with b = -1, a consent a
CREATE TABLE due (a INTEGER NOT NULL, b INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE INDEX due_at ON due (at);

CREATE TABLE change (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, purpose TEXT NOT NULL, kind TEXT NOT NULL, root BLOB NOT NULL,
    others BLOB NOT NULL, policy TEXT NOT NULL, cause TEXT NOT NULL
);
CREATE INDEX change_of_roots ON change (seq) WHERE kind <> 'join';
-- records by the ids that they name, joins left out
CREATE TABLE lineage (own BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (own, seq)) WITHOUT ROWID;

-- what: blocked or parked
CREATE TABLE hit (what TEXT NOT NULL, namespace TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (what, namespace)) WITHOUT ROWID;
CREATE TABLE policy (version TEXT PRIMARY KEY, since INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;

-- rows of the audit log; the seal of the last one is in meta
CREATE TABLE audit (seq INTEGER PRIMARY KEY, body BLOB NOT NULL, digest BLOB NOT NULL);
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is only appended to'); END;
CREATE TRIGGER audit_undeleted BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is only appended to'); END;

CREATE TABLE receipt (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, body BLOB NOT NULL);
CREATE TABLE receipt_of (identifier INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (identifier, number)) WITHOUT ROWID;


-- digest: SHA-256 of the secret, which is not kept; scopes and purposes: JSON lists (purposes NULL: every one)
CREATE TABLE api_key (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, digest BLOB NOT NULL, scopes TEXT NOT NULL, purposes TEXT, rate INTEGER,
    made INTEGER NOT NULL, expires INTEGER, revoked INTEGER
) WITHOUT ROWID;

-- mark: keyed hash of the key of an erased identifier; events about it up to `at` are refused
CREATE TABLE tombstone (mark BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
-- own ids of erased identifiers, and the identifier (0: none) that answers for each
CREATE TABLE erased (own BLOB PRIMARY KEY, purpose INTEGER NOT NULL, heir INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX erased_heir ON erased (heir) WHERE heir > 0;

-- answers to writes that named an Idempotency-Key: key and request are digests
CREATE TABLE kept_answer (key BLOB PRIMARY KEY, request BLOB NOT NULL, body BLOB NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX kept_answer_at ON kept_answer (at);
