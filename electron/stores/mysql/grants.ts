/**
 * What a kiosk's account needs, and nothing beside: no right to create, change or drop a table. The one list that `ops migrate --grants`
 * prints; a statement that needs more has to be allowed here first.
 */

const UPDATED_IN_WAITING = [
  'status', 'completion_type', 'entered_at', 'completed_at', 'notification_sent', 'notification_retry_count', 'updated_at', 'kiosk_ticket', 'kiosk_ops', 'kiosk_rev',
  'kiosk_released', 'kiosk_hold_until', 'kiosk_event', 'kiosk_event_due', 'kiosk_event_tries',
];

export const KIOSK_RIGHTS: Readonly<Record<string, readonly string[]>> = {
  users: ['SELECT', 'INSERT'],
  booth: ['SELECT', 'UPDATE (status)', 'UPDATE (updated_at)'],
  university: ['SELECT'],
  waiting: ['SELECT', 'INSERT', ...UPDATED_IN_WAITING.map((column) => `UPDATE (${column})`)],
  kiosk_booth: ['SELECT', 'INSERT', 'UPDATE'],
  kiosk_queue: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  kiosk_number: ['SELECT', 'INSERT', 'UPDATE'],
  kiosk_visitor: ['SELECT', 'INSERT'],
  kiosk_phone: ['SELECT', 'INSERT', 'DELETE'],
  kiosk_journal: ['SELECT', 'INSERT', 'DELETE'],
  kiosk_pass: ['SELECT', 'INSERT', 'DELETE'],
  kiosk_mirror: ['SELECT', 'INSERT', 'UPDATE'],
  kiosk_presence: ['SELECT', 'INSERT', 'UPDATE'],
  kiosk_alert: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  kiosk_incident: ['SELECT', 'INSERT', 'DELETE'],
  kiosk_migration: ['SELECT'],
};

interface Account {
  readonly user: string;
  /** From where it connects; '%' for anywhere. */
  readonly host: string;
}

/** Reads `user` or `user@host`. Null for anything that is not plainly a name, so that what is printed may be run as it is. */
export function parseAccount(text: string): Account | null {
  const found = /^([\p{L}\p{N}_.-]{1,32})(?:@([\p{L}\p{N}_.:%/-]{1,255}))?$/u.exec(text);
  return found === null ? null : { user: found[1] ?? '', host: found[2] ?? '%' };
}

/** The statements that give an existing account its rights on a migrated database. Repeating them changes nothing. */
export function grantStatements(database: string, { user, host }: Account): string[] {
  return Object.entries(KIOSK_RIGHTS).map(([table, rights]) => `GRANT ${rights.join(', ')} ON \`${database.replaceAll('`', '``')}\`.\`${table}\` TO '${user}'@'${host}';`);
}
