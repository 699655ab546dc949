/** What every connection sets before its first statement, so that no server default can change a meaning. */

/** Any collation both servers have; comparisons of keys happen in columns with a binary collation of their own. */
const COLLATION = 'utf8mb4_unicode_ci';
const SQL_MODE = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';
const LOCK_WAIT_MAX_S = 3;
/** A kiosk that vanished in the middle of a transaction keeps its locks for as long. Lanes that rest say more often that they are there. */
const SILENCE_MAX_S = 20;

/**
 * One SET statement. The zone goes as an offset because named zones need tables many servers lack.
 * The server gives up waiting for a lock before the kiosk gives up waiting for the server: a definite answer beats an unknown one.
 * The two comments are code: the first for MySQL, the second for MariaDB, which name the isolation level differently; and MySQL would
 * answer for a day what it once knew of a table's last change.
 */
export function sessionStatement(offset: string, queryTimeoutMs: number): string {
  const lockWaitS = Math.min(LOCK_WAIT_MAX_S, Math.max(1, Math.floor((queryTimeoutMs - 500) / 1000)));
  return (
    `SET NAMES utf8mb4 COLLATE ${COLLATION}, time_zone = '${offset}', sql_mode = '${SQL_MODE}', autocommit = 1,` +
    ` innodb_lock_wait_timeout = ${lockWaitS}, wait_timeout = ${SILENCE_MAX_S}` +
    `/*!80000 , transaction_isolation = 'READ-COMMITTED', information_schema_stats_expiry = 0 *//*M! , tx_isolation = 'READ-COMMITTED' */`
  );
}

/** The offset of an IANA zone at an instant (epoch ms), as SQL wants it: `+09:00`. Throws RangeError for an unknown zone. */
export function zoneOffset(timeZone: string, atMs: number): string {
  return offsetText(zoneOffsetMs(timeZone, atMs));
}

/** By zone; a festival has one. Making such a format costs more than a hundred answers of it. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** The same in milliseconds; positive east of Greenwich. */
export function zoneOffsetMs(timeZone: string, atMs: number): number {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  formats.set(timeZone, format);
  const name = format.formatToParts(atMs).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const found = /([+-])(\d{2}):(\d{2})/.exec(name);
  return found === null ? 0 : (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000;
}

/** An offset in milliseconds as SQL and people write it: `-03:30`. */
export function offsetText(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  return `${offsetMs < 0 ? '-' : '+'}${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
