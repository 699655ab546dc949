/** Whom kiosks know by a telephone number, for a while. */
import type { Migration } from './migration.ts';

const PHONE = `CREATE TABLE IF NOT EXISTS kiosk_phone (
  user_id BIGINT NOT NULL PRIMARY KEY,
  digits VARCHAR(15) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at DATETIME(6) NOT NULL,
  KEY kiosk_phone_digits (digits),
  KEY kiosk_phone_created (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

export const phoneTable: Migration = {
  version: 5,
  name: 'phone numbers of walk-ins',
  async up(db) {
    await db.query(PHONE);
  },
};
