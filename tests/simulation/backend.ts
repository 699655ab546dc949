/**
 * Another program on the same stores: the visitors' app, whose joins and leaves are what the kiosk has to live with, and in some histories
 * its staff page, which guards nothing. Each act is a list of commands; between two of them anything may happen, its death included.
 */
import type { Draw } from '../support/draw.ts';
import type { Judge } from './judge.ts';
import type { Plan } from './plan.ts';
import { isLive } from './record.ts';
import type { Stores } from './stores.ts';

/** The next command; null: the act is over. */
type Command = () => Command | null;

export interface Act {
  readonly name: string;
  next: Command;
  /** Popped from the queue, and neither in a lock nor in a row yet. */
  holds: { readonly boothId: number; readonly userId: number; readonly score: number } | null;
}

export interface Backend {
  readonly acts: Set<Act>;
  readonly join: (boothId: number, userId: number) => boolean;
  /** Atomic where no staff page runs; else two commands, as that backend has them. */
  readonly leave: (boothId: number, userId: number) => void;
  readonly begin: (draw: Draw) => string;
  readonly step: (act: Act) => void;
  readonly crash: () => void;
  /** What it left wrong for good: active booths of visitors it died with, or put back. */
  readonly touched: ReadonlySet<string>;
}

export function createBackend({ state, db, clocks, boothIds }: Stores, judge: Judge, { hasBackend: hasStaffPage, hasSupervisor }: Pick<Plan, 'hasBackend' | 'hasSupervisor'>): Backend {
  const acts = new Set<Act>();
  const touched = new Set<string>();
  const usedSeconds = new Set<string>();
  let begun = 0;
  const nowMs = (): number => clocks.nowMs + clocks.skewMs.backend;
  const queueOf = (boothId: number): Map<string, number> => {
    const queue = state.queues.get(boothId) ?? new Map<string, number>();
    state.queues.set(boothId, queue);
    return queue;
  };
  const activeOf = (userId: number): Set<number> => {
    const active = state.activeBooths.get(userId) ?? new Set<number>();
    state.activeBooths.set(userId, active);
    return active;
  };
  const act = (name: string, first: (own: Act) => Command | null): string => {
    const own: Act = { name: `backend ${++begun} ${name}`, next: () => first(own), holds: null };
    acts.add(own);
    return own.name;
  };
  judge.inHands((boothId, userId) => [...acts].flatMap(({ holds }) => (holds?.boothId === boothId && holds.userId === userId ? [holds.score] : [])));

  const call = (boothId: number) => (own: Act): Command | null => {
    const inside = Number(state.current.get(boothId) ?? '0');
    const capacity = Number(db.prepare('SELECT capacity FROM booth WHERE id = ?').get(boothId)?.['capacity']);
    if (inside >= capacity) return null;
    return () => {
      const [first] = [...queueOf(boothId)].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
      if (first === undefined) return null;
      const [member, score] = first;
      const userId = Number(member);
      queueOf(boothId).delete(member);
      own.holds = { boothId, userId, score };
      touched.add(`${boothId}:${userId}`);
      return () => {
        activeOf(userId).delete(boothId);
        return () => {
          const key = `temp:calling:${boothId}:${userId}`;
          const older = state.foreignLocks.get(key);
          state.foreignLocks.set(key, new Map([['boothId', String(boothId)], ['userId', member], ['timestamp', String(score)], ['createdAt', String(nowMs())]]));
          own.holds = null;
          // One key for each visitor and booth: what an earlier death left there is written over.
          if (older !== undefined) judge.excuse(boothId, userId, Number(older.get('timestamp')));
          return () => {
            const now = nowMs();
            // A visitor the ledger does not know: the row is refused, and the act fails here.
            if (db.prepare('SELECT 1 FROM users WHERE id = ?').get(userId) === undefined) return null;
            const { lastInsertRowid } = db.prepare(
              `INSERT INTO waiting (user_id, booth_id, called_position, status, registered_at, called_at, notification_sent, notification_retry_count, created_at, updated_at)
               VALUES (?, ?, 1, 'CALLED', ?, ?, 0, 0, ?, ?)`,
            ).run(userId, boothId, Math.min(Math.floor(score) * 1000, now), now, now, now);
            judge.foreignChange(Number(lastInsertRowid));
            judge.excuse(boothId, userId, score);
            judge.calledElsewhere(boothId, userId);
            return () => {
              state.foreignLocks.delete(key);
              judge.calledElsewhere(boothId, userId);
              return null;
            };
          };
        };
      };
    };
  };

  const COLUMNS = ['status', 'completion_type', 'registered_at', 'called_at', 'entered_at', 'completed_at', 'notification_sent', 'notification_retry_count', 'created_at', 'updated_at'];
  const load = (id: number): Record<string, string | number | null> => db.prepare(`SELECT id, booth_id, ${COLUMNS.join(', ')} FROM waiting WHERE id = ?`).get(id) as Record<string, string | number | null>;
  /** Whole, as it was loaded. */
  const save = (row: Record<string, string | number | null>): void => {
    db.prepare(`UPDATE waiting SET ${COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`).run(...COLUMNS.map((column) => row[column] ?? null), row['id'] ?? null);
    judge.foreignChange(Number(row['id']));
  };
  const change = (id: number, from: string, to: Record<string, string | number | null>, count: number) => (): Command | null => {
    const row = load(id);
    if (row['status'] !== from) return null;
    return () => {
      save({ ...row, ...to });
      if (count === 0) return null;
      return () => {
        const boothId = Number(row['booth_id']);
        state.current.set(boothId, String(Number(state.current.get(boothId) ?? '0') + count));
        return null;
      };
    };
  };
  /** Opens or closes a booth, and then tells its caches so. */
  const phase = (boothId: number) => (): Command | null => {
    const status = judge.stateOf(boothId).status === 'OPEN' ? 'CLOSED' : 'OPEN';
    db.prepare('UPDATE booth SET status = ? WHERE id = ?').run(status, boothId);
    judge.boothChanged(boothId);
    return () => {
      state.caches.set(boothId, { status, listed: status === 'OPEN' });
      return null;
    };
  };
  const repair = (): Command | null => {
    const keys = [...state.foreignLocks.keys()];
    const [each] = keys;
    if (each === undefined) return null;
    const look = (key: string): Command => () => {
      const lock = state.foreignLocks.get(key);
      const rest = keys[keys.indexOf(key) + 1];
      const onwards = rest === undefined ? null : look(rest);
      if (lock === undefined) return onwards;
      const [boothId, userId, score] = [Number(lock.get('boothId')), Number(lock.get('userId')), Number(lock.get('timestamp'))];
      const isCalled = db.prepare("SELECT 1 FROM waiting WHERE user_id = ? AND booth_id = ? AND status = 'CALLED'").get(userId, boothId) !== undefined;
      const unlock: Command = () => {
        // By now it may be that of another call, which had written over it.
        const deleted = state.foreignLocks.get(key)?.get('timestamp');
        state.foreignLocks.delete(key);
        judge.excuse(boothId, userId, score);
        if (deleted !== undefined && Number(deleted) !== score) judge.excuse(boothId, userId, Number(deleted));
        return onwards;
      };
      if (isCalled) return unlock;
      return () => {
        touched.add(`${boothId}:${userId}`);
        const overwritten = queueOf(boothId).get(String(userId));
        queueOf(boothId).set(String(userId), score);
        if (overwritten !== undefined && overwritten !== score) judge.excuse(boothId, userId, overwritten);
        judge.putBackThoughCalled(boothId, userId, score);
        return () => {
          activeOf(userId).add(boothId);
          return unlock;
        };
      };
    };
    return look(each);
  };

  return {
    acts,
    touched,
    join(boothId, userId) {
      const second = Math.floor(nowMs() / 1000);
      const active = activeOf(userId);
      const used = `${boothId}:${userId}:${second}`;
      // A registration is a visitor, a booth and a second: the same one twice is no history a festival sees.
      if (queueOf(boothId).has(String(userId)) || active.size >= 2 || usedSeconds.has(used)) return false;
      usedSeconds.add(used);
      queueOf(boothId).set(String(userId), second);
      active.add(boothId);
      judge.registered(boothId, userId, second);
      return true;
    },
    leave(boothId, userId) {
      const score = queueOf(boothId).get(String(userId));
      if (score === undefined) return;
      queueOf(boothId).delete(String(userId));
      judge.left(boothId, userId, score);
      const dropActive = (): null => {
        activeOf(userId).delete(boothId);
        return null;
      };
      if (!hasStaffPage) return void dropActive();
      touched.add(`${boothId}:${userId}`);
      act('leave', dropActive);
    },
    begin(draw) {
      const visits = [...judge.record().visits.values()].filter(isLive);
      const now = nowMs();
      const phases = hasSupervisor ? 0.8 : 0;
      const what = visits.length === 0 ? draw.weighted({ call: 4, repair: 1, phase: phases }) : draw.weighted({ call: 3, visit: 4, absent: 1, repair: 1.5, phase: phases });
      if (what === 'call') return act('call', call(draw.pick(boothIds)));
      if (what === 'repair') return act('repair', repair);
      if (what === 'phase') return act('phase', phase(draw.pick(boothIds)));
      const visit = draw.pick(visits);
      if (what === 'absent') return act('no-show', change(visit.id, 'CALLED', { status: 'COMPLETED', completion_type: 'NO_SHOW', completed_at: now }, 0));
      return visit.status === 'CALLED'
        ? act('enter', change(visit.id, 'CALLED', { status: 'ENTERED', entered_at: now }, 1))
        : act('complete', change(visit.id, 'ENTERED', { status: 'COMPLETED', completion_type: 'ENTERED', completed_at: now }, -1));
    },
    step(own) {
      const next = own.next();
      if (next === null) {
        if (own.holds !== null) judge.excuse(own.holds.boothId, own.holds.userId, own.holds.score);
        acts.delete(own);
      } else own.next = next;
    },
    crash() {
      const lost = [...acts].flatMap(({ holds }) => holds ?? []);
      acts.clear();
      for (const { boothId, userId, score } of lost) judge.excuse(boothId, userId, score);
    },
  };
}
