/** The festival's tables as its backend creates them: for an empty database. Existing ones are left as they are. */
import type { Migration } from './migration.ts';

const UNIVERSITY = `CREATE TABLE IF NOT EXISTS university (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(100) NOT NULL,
  domain VARCHAR(100) NOT NULL UNIQUE,
  created_at DATETIME(6) NOT NULL,
  updated_at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

const USERS = `CREATE TABLE IF NOT EXISTS users (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email VARCHAR(255) NOT NULL UNIQUE,
  nickname VARCHAR(50) NOT NULL,
  role ENUM('STAFF','VISITOR') NOT NULL,
  fcm_token VARCHAR(255) NULL,
  notification_enabled BIT(1) NOT NULL,
  managed_booth_id BIGINT NULL,
  created_at DATETIME(6) NOT NULL,
  updated_at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

const BOOTH = `CREATE TABLE IF NOT EXISTS booth (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  university_id BIGINT NOT NULL,
  name VARCHAR(100) NOT NULL,
  description TEXT NULL,
  capacity INT NOT NULL,
  open_time TIME(6) NULL,
  close_time TIME(6) NULL,
  status ENUM('CLOSED','OPEN') NOT NULL,
  created_at DATETIME(6) NOT NULL,
  updated_at DATETIME(6) NOT NULL,
  CONSTRAINT fk_booth_university FOREIGN KEY (university_id) REFERENCES university (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

const WAITING = `CREATE TABLE IF NOT EXISTS waiting (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id BIGINT NOT NULL,
  booth_id BIGINT NOT NULL,
  called_position INT NOT NULL,
  status ENUM('CALLED','COMPLETED','ENTERED') NOT NULL,
  completion_type ENUM('CANCELLED','ENTERED','NO_SHOW') NULL,
  registered_at DATETIME(6) NOT NULL,
  called_at DATETIME(6) NOT NULL,
  entered_at DATETIME(6) NULL,
  completed_at DATETIME(6) NULL,
  notification_sent BIT(1) NOT NULL,
  notification_retry_count INT NOT NULL,
  created_at DATETIME(6) NOT NULL,
  updated_at DATETIME(6) NOT NULL,
  CONSTRAINT fk_waiting_user FOREIGN KEY (user_id) REFERENCES users (id),
  CONSTRAINT fk_waiting_booth FOREIGN KEY (booth_id) REFERENCES booth (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

const TABLES = [['university', UNIVERSITY], ['users', USERS], ['booth', BOOTH], ['waiting', WAITING]] as const;

export const festivalTables: Migration = {
  version: 1,
  name: 'festival tables where there are none',
  async up(db) {
    for (const [table, statement] of TABLES) {
      // Asked first, although the statement could say so itself: adopting a database must not need the right to create in it.
      if (!(await db.hasTable(table))) await db.query(statement);
    }
  },
};
