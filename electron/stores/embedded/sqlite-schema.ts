/** The embedded ledger's tables, version by version. Files of each version are in use: a published one is never changed, only followed. */
export interface SqliteMigration {
  /** Counts up from 1; kept in the file as user_version. */
  readonly version: number;
  readonly sql: string;
}

/** The festival's tables and ours, as in the servers; times are epoch milliseconds. */
const FIRST_TABLES = `
CREATE TABLE university (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, domain TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL UNIQUE, nickname TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('STAFF', 'VISITOR')), fcm_token TEXT, notification_enabled INTEGER NOT NULL, managed_booth_id INTEGER,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE booth (
  id INTEGER PRIMARY KEY AUTOINCREMENT, university_id INTEGER NOT NULL REFERENCES university (id), name TEXT NOT NULL, description TEXT,
  capacity INTEGER NOT NULL, open_time TEXT, close_time TEXT, status TEXT NOT NULL CHECK (status IN ('OPEN', 'CLOSED')),
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE waiting (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL REFERENCES users (id), booth_id INTEGER NOT NULL REFERENCES booth (id), called_position INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('CALLED', 'ENTERED', 'COMPLETED')),
  completion_type TEXT CHECK (completion_type IN ('ENTERED', 'NO_SHOW', 'CANCELLED')),
  registered_at INTEGER NOT NULL, called_at INTEGER NOT NULL, entered_at INTEGER, completed_at INTEGER,
  notification_sent INTEGER NOT NULL, notification_retry_count INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
  kiosk_call_op TEXT UNIQUE, kiosk_ticket TEXT UNIQUE, kiosk_ops TEXT, kiosk_rev INTEGER,
  kiosk_released TEXT, kiosk_hold_until INTEGER, kiosk_event TEXT, kiosk_event_due INTEGER, kiosk_event_tries INTEGER
) STRICT;
CREATE INDEX waiting_booth_status ON waiting (booth_id, status);
CREATE INDEX waiting_user_booth_status ON waiting (user_id, booth_id, status);
CREATE INDEX waiting_status_called ON waiting (status, called_at);
CREATE INDEX kiosk_waiting_event_due ON waiting (kiosk_event_due);
CREATE INDEX kiosk_waiting_booth_completed ON waiting (booth_id, completed_at);
CREATE TABLE kiosk_booth (booth_id INTEGER PRIMARY KEY, gen INTEGER NOT NULL) STRICT;
CREATE TABLE kiosk_queue (
  ticket TEXT PRIMARY KEY, booth_id INTEGER NOT NULL, user_id INTEGER NOT NULL, score REAL NOT NULL, operation_id TEXT UNIQUE,
  created_at INTEGER NOT NULL, left_op TEXT UNIQUE, left_at INTEGER, gone_at INTEGER
) STRICT;
CREATE INDEX kiosk_queue_booth_score ON kiosk_queue (booth_id, score);
CREATE INDEX kiosk_queue_user ON kiosk_queue (user_id);
CREATE TABLE kiosk_number (booth_id INTEGER NOT NULL, day TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (booth_id, day)) STRICT;
CREATE TABLE kiosk_visitor (
  user_id INTEGER PRIMARY KEY, booth_id INTEGER NOT NULL, day TEXT NOT NULL, number INTEGER NOT NULL, operation_id TEXT NOT NULL UNIQUE,
  UNIQUE (booth_id, day, number)
) STRICT;
CREATE TABLE kiosk_journal (
  id INTEGER PRIMARY KEY AUTOINCREMENT, operation_id TEXT NOT NULL, kind TEXT NOT NULL, booth_id INTEGER NOT NULL, user_id INTEGER NOT NULL,
  waiting_id INTEGER, score REAL, owner TEXT NOT NULL, outcome TEXT NOT NULL, settled INTEGER NOT NULL DEFAULT 0, staff TEXT, reason TEXT,
  resolved_by TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX kiosk_journal_operation ON kiosk_journal (operation_id);
CREATE INDEX kiosk_journal_user ON kiosk_journal (user_id, booth_id);
CREATE INDEX kiosk_journal_waiting ON kiosk_journal (waiting_id);
CREATE TABLE kiosk_pass (
  id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, ended_at INTEGER NOT NULL, cause TEXT NOT NULL, is_lead INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL, seen INTEGER NOT NULL, finished INTEGER NOT NULL, undone INTEGER NOT NULL, superseded INTEGER NOT NULL,
  quarantined INTEGER NOT NULL, kept INTEGER NOT NULL, recounted INTEGER NOT NULL, drift INTEGER NOT NULL, swept INTEGER NOT NULL,
  refilled INTEGER NOT NULL, expired INTEGER NOT NULL
) STRICT;
CREATE INDEX kiosk_pass_ended ON kiosk_pass (ended_at);
CREATE TABLE kiosk_mirror (booth_id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE kiosk_presence (booth_id INTEGER PRIMARY KEY, served_at INTEGER NOT NULL, since INTEGER NOT NULL) STRICT;
CREATE TABLE kiosk_alert (alert_id TEXT PRIMARY KEY, owner TEXT NOT NULL, raised_at INTEGER NOT NULL, seen_at INTEGER NOT NULL) STRICT;
CREATE TABLE kiosk_incident (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, booth_id INTEGER, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL, tickets INTEGER,
  owner TEXT NOT NULL, detail TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX kiosk_incident_created ON kiosk_incident (created_at)`;

/** Whom kiosks know by a telephone number, for a while. */
const PHONE_TABLE = `
CREATE TABLE kiosk_phone (user_id INTEGER PRIMARY KEY, digits TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
CREATE INDEX kiosk_phone_digits ON kiosk_phone (digits);
CREATE INDEX kiosk_phone_created ON kiosk_phone (created_at)`;

const BOOTH_PHASES = `
ALTER TABLE kiosk_booth ADD COLUMN last_call_at INTEGER;
ALTER TABLE kiosk_booth ADD COLUMN paused_at INTEGER;
ALTER TABLE kiosk_booth ADD COLUMN closed_at INTEGER;
ALTER TABLE kiosk_booth ADD COLUMN dismiss_op TEXT;
ALTER TABLE kiosk_booth ADD COLUMN phase_reason TEXT;
ALTER TABLE kiosk_booth ADD COLUMN phase_staff TEXT;
ALTER TABLE kiosk_queue ADD COLUMN left_reason TEXT;
ALTER TABLE kiosk_queue ADD COLUMN event_due INTEGER;
ALTER TABLE kiosk_queue ADD COLUMN event_tries INTEGER;
CREATE INDEX kiosk_queue_event_due ON kiosk_queue (event_due)`;

export const MIGRATIONS: readonly SqliteMigration[] = [
  { version: 1, sql: FIRST_TABLES },
  { version: 3, sql: PHONE_TABLE },
  { version: 4, sql: BOOTH_PHASES },
];
