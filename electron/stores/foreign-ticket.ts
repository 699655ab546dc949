import { parseId, type Ticket } from '../core/waiting.ts';

/** Of the contract with the festival's other programs: a backend's lock of a call ends in booth and user; a kiosk's, in an operation id. */
const FOREIGN_LOCK = /^temp:calling:(\d+):(\d+)$/;

export function isForeignLockKey(key: string): boolean {
  return FOREIGN_LOCK.test(key);
}

/** The ticket a backend's lock holds. Null for one without a readable visitor and score, or that contradicts its name: it is left alone. */
export function foreignTicketOf(key: string, fields: ReadonlyMap<string, string>): Ticket | null {
  const [, booth = '', user = ''] = FOREIGN_LOCK.exec(key) ?? [];
  const [boothId, userId, timestamp] = [parseId(booth), parseId(user), fields.get('timestamp') ?? ''];
  const score = timestamp.trim() === '' ? NaN : Number(timestamp);
  if (boothId === null || userId === null || !Number.isFinite(score)) return null;
  return fields.get('boothId') === booth && fields.get('userId') === user ? { boothId, userId, score } : null;
}
