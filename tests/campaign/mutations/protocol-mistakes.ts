/** Of the twenty mistakes the design names: those in begin, commit, finish and settle. */
import type { Mutation } from './mutation.ts';
import { CORE, EMBEDDED, LUA, MYSQL, onCrashPoints, onMemory, onModel, onRedis, onSqlite, onSqlServer } from './where.ts';

export const PROTOCOL_MISTAKES: readonly Mutation[] = [
  {
    id: 'dequeue-before-lock',
    mistake: 'a call takes the visitor out of the queue in one step, and writes the soft lock in the next',
    places: [
      {
        patches: [
          {
            file: `${LUA}/begin-call.lua`,
            find: '  write_lock(member, score, score, now_ms(), {place = true, position = position})\n',
            replace: "  if ARGV[16] == 'take' then\n    redis.call('ZREM', QUEUE, member)\n    return {'taken', member, score}\n  end\n  write_lock(member, score, score, now_ms(), {place = true, position = position})\n",
          },
          {
            file: `${LUA}/begin-call.lua`,
            find: "if redis.call('EXISTS', LOCK) == 1 then return refuse('VISIT_BUSY') end\n",
            replace: "if redis.call('EXISTS', LOCK) == 1 then return refuse('VISIT_BUSY') end\nif ARGV[16] == 'lock' then return take(ARGV[17], ARGV[18], 1) end\n",
          },
          {
            file: 'electron/stores/redis/changes.ts',
            find: '      const { result, quarantined } = await step(script, keys, args, parseBegin);\n',
            replace: `      const and = (...more: readonly string[]) => (run: string) => [...(typeof args === 'function' ? args(run) : args), ...more];
      const isFirst = request.kind === 'call' && request.userId === null;
      const taken = isFirst ? await step(script, keys, and('take'), (reply) => reply) : null;
      const [how, member, score] = taken ?? [];
      const { result, quarantined } = how === 'taken' ? await step(script, keys, and('lock', String(member), String(score)), parseBegin)
        : taken === null ? await step(script, keys, args, parseBegin) : parseBegin(taken);
`,
          },
        ],
        check: { file: 'tests/stores/redis-queue-store-faults.test.ts', only: 'ran, but the reply was lost: unknown' },
      },
    ],
  },
  {
    id: 'lock-deleted-before-commit',
    mistake: 'a call’s lock is ended before its commit',
    places: [
      {
        patches: [
          {
            file: `${CORE}/operation.ts`,
            find: '  let result: CommitResult;\n  try {\n',
            replace: '  let result: CommitResult;\n  const finished = finish(core, lock, lock.waitingId, finishOf(core, lock));\n  await finished;\n  try {\n',
          },
          { file: `${CORE}/operation.ts`, find: 'result.waitingId, finish(core, lock, result.waitingId, finishOf(core, lock))), position', replace: 'result.waitingId, finished), position' },
        ],
        check: onCrashPoints('call'),
      },
    ],
  },
  {
    id: 'lock-expires',
    mistake: 'a soft lock expires after as long as passes are apart',
    places: [
      {
        patches: [{ file: `${LUA}/begin-prelude.lua`, find: "  redis.call('ZADD', LOCKS, created, LOCK)\n", replace: "  redis.call('PEXPIRE', LOCK, 60000)\n  redis.call('ZADD', LOCKS, created, LOCK)\n" }],
        check: onRedis('no key of a lock, its index, queue or count ever expires'),
      },
      {
        patches: [
          {
            file: `${EMBEDDED}/memory-queue-store.ts`,
            find: '    readLocks: step((limit) => {\n',
            replace: '    readLocks: step((limit) => {\n      for (const [id, lock] of state.locks) if (nowMs() - lock.createdAtMs >= 60_000) state.locks.delete(id);\n',
          },
        ],
        check: onCrashPoints('call'),
      },
    ],
  },
  {
    id: 'no-fence',
    mistake: 'settle looks for the row of a call without making its commit impossible',
    places: [
      {
        patches: [{ file: `${MYSQL}/settle.ts`, find: '  await raiseGeneration(query, lock.boothId, lock.generation);\n', replace: '' }],
        check: onSqlServer('mysql-races', 'a call and its fence'),
      },
      {
        patches: [
          {
            file: `${EMBEDDED}/sqlite-settle.ts`,
            find: '  raiseGeneration(db, lock.boothId, lock.generation);\n',
            replace: '',
          },
        ],
        check: onCrashPoints('call'),
      },
    ],
  },
  {
    id: 'evidence-by-user',
    mistake: 'settle asks for “a CALLED row of this user at this booth” instead of this ticket’s row',
    places: [
      {
        patches: [
          {
            file: `${MYSQL}/settle.ts`,
            find: 'FROM waiting WHERE kiosk_ticket = ?\n  UNION ALL',
            replace: "FROM waiting WHERE CONCAT(booth_id, ':', user_id) = SUBSTRING_INDEX(?, ':', 2) AND status = 'CALLED'\n  UNION ALL",
          },
        ],
        check: onSqlServer('mysql-contract', 'a live row of the same visitor with another ticket is no evidence'),
      },
      {
        patches: [
          {
            file: `${EMBEDDED}/sqlite-settle.ts`,
            find: "call: 'SELECT id, kiosk_call_op AS operation_id FROM waiting WHERE kiosk_ticket = ?'",
            replace: "call: `SELECT id, kiosk_call_op AS operation_id FROM waiting WHERE ? LIKE booth_id || ':' || user_id || ':%' AND status = 'CALLED'`",
          },
        ],
        check: onSqlite('a live row of the same visitor with another ticket is no evidence'),
      },
    ],
  },
  {
    id: 'finish-not-gated',
    mistake: 'a finish that comes again counts again',
    places: [
      {
        patches: [
          {
            file: `${LUA}/close-lock.lua`,
            find: "if not key then return {redis.call('EXISTS', DONE) == 1",
            replace: "if not key and COUNT ~= 0 then redis.call('INCRBY', CURRENT, COUNT) end\nif not key then return {redis.call('EXISTS', DONE) == 1",
          },
        ],
        check: onRedis('exactly once.*(enter|complete): finished once, a late begin does nothing'),
      },
      {
        patches: [
          {
            file: `${EMBEDDED}/memory-changes.ts`,
            find: "  if (open === undefined && state.done.has(operationId)) return 'done';\n",
            replace: "  if (open === undefined && state.done.has(operationId)) {\n    state.current.set(boothId, String((currentOf(state, boothId) ?? 0) + effect.count));\n    return 'done';\n  }\n",
          },
        ],
        check: onCrashPoints('enter'),
      },
    ],
  },
  {
    id: 'gate-by-key-only',
    mistake: 'a lock is ended for any ticket and visit, if only its key is there',
    places: [
      {
        patches: [
          {
            file: `${LUA}/close-lock.lua`,
            find: "if lock[1] ~= OPERATION or lock[2] ~= BOOTH or lock[3] ~= USER or lock[4] ~= WAITING\n  or not same_score(lock[5] or '', SCORE) or not same_score(lock[6] or '', RETURN)\n  or tonumber(lock[9] or '') ~= tonumber(ARGV[12]) or lock[10] ~= ARGV[13] then\n  return {'gone'}\nend\n",
            replace: '',
          },
        ],
        check: onRedis('the lock is not ended for another ticket or visit'),
      },
      {
        patches: [
          {
            file: `${EMBEDDED}/memory-changes.ts`,
            find: "  if (open === undefined || open.boothId !== boothId || open.userId !== userId) return 'gone';\n  if (open.score !== lock.score || open.returnScore !== lock.returnScore || open.waitingId !== lock.waitingId) return 'gone';\n",
            replace: "  if (open === undefined) return 'gone';\n",
          },
        ],
        check: onMemory('the lock is not ended for another ticket or visit'),
      },
    ],
  },
  {
    id: 'done-ids-forgotten',
    mistake: 'operation ids that are through are not remembered',
    places: [
      {
        patches: [{ file: `${LUA}/close-lock.lua`, find: "redis.call('SET', DONE, table.concat({AS, lock[7] or 'unknown', BOOTH, USER, WAITING}, ' '), 'EX', REMEMBER_SECONDS)\n", replace: '' }],
        check: onRedis('exactly once.*(finished once, a late begin does nothing|undone once, it can no longer be finished)'),
      },
      {
        patches: [{ file: `${EMBEDDED}/memory-changes.ts`, find: '  state.done.set(operationId, { as, lock: open, untilMs: nowMs + DONE_REMEMBERED_SECONDS * 1000 });\n', replace: '' }],
        check: onMemory('exactly once.*(finished once, a late begin does nothing|undone once, it can no longer be finished)'),
      },
    ],
  },
  {
    id: 'status-not-guarded',
    mistake: 'an action on a visit is committed whatever state the visit is in',
    places: [
      {
        patches: [{ file: `${MYSQL}/visit-changes.ts`, find: " AND status = '${from}' AND COALESCE(kiosk_rev, 0) = ?", replace: ' AND COALESCE(kiosk_rev, 0) = ?' }],
        check: onSqlServer('mysql-contract', 'any other state is refused, and named'),
      },
      {
        patches: [{ file: `${EMBEDDED}/sqlite-visit.ts`, find: "if (row['status'] !== from || !hasEndedSo) return", replace: 'if (!hasEndedSo) return' }],
        check: onSqlite('any other state is refused, and named'),
      },
    ],
  },
  {
    id: 'kinds-do-not-exclude',
    mistake: 'locks of different kinds on one visit do not exclude each other',
    places: [
      {
        patches: [
          {
            file: `${LUA}/begin-visit.lua`,
            find: "if redis.call('EXISTS', LOCK) == 1 or held('visit:' .. WAITING)\n  or (SCORE ~= '' and held(ticket_field(BOOTH, USER, SCORE))) then\n",
            replace: "if redis.call('EXISTS', LOCK) == 1 then\n",
          },
        ],
        check: onRedis('one lock per visit, whatever its kind'),
      },
      {
        patches: [
          { file: `${EMBEDDED}/memory-begin.ts`, find: '.some((lock) => lock.waitingId === waitingId);', replace: '.some((lock) => lock.waitingId === waitingId && lock.kind === request.kind);' },
          { file: `${EMBEDDED}/memory-begin.ts`, find: 'if (sameVisit || (score !== null && ticketLock(state, boothId, userId, score))) return', replace: 'if (sameVisit) return' },
        ],
        check: onModel('visit-actions', 'shuts all others out until it is through'),
      },
    ],
  },
];
