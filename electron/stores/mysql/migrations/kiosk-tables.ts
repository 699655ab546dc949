/** The kiosks' own tables. Keys are text in a binary collation: two tickets are equal when their characters are. */
import type { Migration } from './migration.ts';

const KEY = 'CHARACTER SET ascii COLLATE ascii_bin';

const BOOTH = `CREATE TABLE IF NOT EXISTS kiosk_booth (
  booth_id BIGINT NOT NULL PRIMARY KEY,
  gen BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

const QUEUE = `CREATE TABLE IF NOT EXISTS kiosk_queue (
  ticket VARCHAR(80) ${KEY} NOT NULL PRIMARY KEY,
  booth_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  score DOUBLE NOT NULL,
  operation_id CHAR(36) ${KEY} NULL,
  created_at DATETIME(6) NOT NULL,
  left_op CHAR(36) ${KEY} NULL,
  left_at DATETIME(6) NULL,
  gone_at DATETIME(6) NULL,
  UNIQUE KEY kiosk_queue_operation (operation_id),
  UNIQUE KEY kiosk_queue_left (left_op),
  KEY kiosk_queue_booth_score (booth_id, score),
  KEY kiosk_queue_user (user_id),
  KEY kiosk_queue_created (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

const NUMBER = `CREATE TABLE IF NOT EXISTS kiosk_number (
  booth_id BIGINT NOT NULL,
  day DATE NOT NULL,
  last INT NOT NULL,
  PRIMARY KEY (booth_id, day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

const VISITOR = `CREATE TABLE IF NOT EXISTS kiosk_visitor (
  user_id BIGINT NOT NULL PRIMARY KEY,
  booth_id BIGINT NOT NULL,
  day DATE NOT NULL,
  number INT NOT NULL,
  operation_id CHAR(36) ${KEY} NOT NULL,
  UNIQUE KEY kiosk_visitor_operation (operation_id),
  UNIQUE KEY kiosk_visitor_number (booth_id, day, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

const JOURNAL = `CREATE TABLE IF NOT EXISTS kiosk_journal (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  operation_id CHAR(36) ${KEY} NOT NULL,
  kind VARCHAR(20) NOT NULL,
  booth_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  waiting_id BIGINT NULL,
  score DOUBLE NULL,
  owner VARCHAR(100) NOT NULL,
  outcome VARCHAR(20) NOT NULL,
  settled TINYINT(1) NOT NULL DEFAULT 0,
  staff VARCHAR(40) NULL,
  reason VARCHAR(200) NULL,
  resolved_by VARCHAR(100) NOT NULL,
  created_at DATETIME(6) NOT NULL,
  KEY kiosk_journal_operation (operation_id),
  KEY kiosk_journal_user (user_id, booth_id),
  KEY kiosk_journal_waiting (waiting_id),
  KEY kiosk_journal_created (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

const PASS = `CREATE TABLE IF NOT EXISTS kiosk_pass (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  owner VARCHAR(100) NOT NULL,
  ended_at DATETIME(6) NOT NULL,
  cause VARCHAR(20) NOT NULL,
  is_lead TINYINT(1) NOT NULL,
  duration_ms INT NOT NULL,
  seen INT NOT NULL,
  finished INT NOT NULL,
  undone INT NOT NULL,
  superseded INT NOT NULL,
  quarantined INT NOT NULL,
  kept INT NOT NULL,
  recounted INT NOT NULL,
  drift INT NOT NULL,
  swept INT NOT NULL,
  refilled INT NOT NULL,
  expired INT NOT NULL,
  KEY kiosk_pass_ended (ended_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

/** The epoch of the latest mirror pass that wrote a booth's copy; booth 0 stands for the whole festival. */
const MIRROR = `CREATE TABLE IF NOT EXISTS kiosk_mirror (
  booth_id BIGINT NOT NULL PRIMARY KEY,
  epoch BIGINT NOT NULL,
  at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

const PRESENCE = `CREATE TABLE IF NOT EXISTS kiosk_presence (
  booth_id BIGINT NOT NULL PRIMARY KEY,
  served_at DATETIME(6) NOT NULL,
  since DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

const ALERT = `CREATE TABLE IF NOT EXISTS kiosk_alert (
  alert_id VARCHAR(60) ${KEY} NOT NULL PRIMARY KEY,
  owner VARCHAR(100) NOT NULL,
  raised_at DATETIME(6) NOT NULL,
  seen_at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

const INCIDENT = `CREATE TABLE IF NOT EXISTS kiosk_incident (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind VARCHAR(20) NOT NULL,
  booth_id BIGINT NULL,
  from_at DATETIME(6) NOT NULL,
  to_at DATETIME(6) NOT NULL,
  tickets INT NULL,
  owner VARCHAR(100) NOT NULL,
  detail VARCHAR(500) NOT NULL,
  created_at DATETIME(6) NOT NULL,
  KEY kiosk_incident_created (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

export const kioskTables: Migration = {
  version: 2,
  name: 'kiosk tables',
  async up(db) {
    for (const statement of [BOOTH, QUEUE, NUMBER, VISITOR, JOURNAL, PASS, MIRROR, PRESENCE, ALERT, INCIDENT]) await db.query(statement);
  },
};
