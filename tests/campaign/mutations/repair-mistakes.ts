/** Of the twenty mistakes the design names: those in scores, counts, places and what a pass puts right. */
import type { Mutation } from './mutation.ts';
import { CORE, EMBEDDED, LUA, MYSQL, onCrashPoints, onMemory, onModel, onRedis, onSqlServer } from './where.ts';

export const REPAIR_MISTAKES: readonly Mutation[] = [
  {
    id: 'put-back-at-the-end',
    mistake: 'whoever is put back gets the current time as score',
    places: [
      {
        patches: [{ file: `${LUA}/close-lock.lua`, find: '  enqueue(QUEUE, BOOTH, USER, score)', replace: "  enqueue(QUEUE, BOOTH, USER, string.format('%.3f', now_ms() / 1000))" }],
        check: onRedis('the score .* is as good as any: called, and put back to the digit'),
      },
      {
        patches: [
          {
            file: `${EMBEDDED}/memory-changes.ts`,
            find: "if (enters && score !== null) enqueue(state, boothId, userId, score);",
            replace: "if (enters && score !== null) enqueue(state, boothId, userId, nowMs / 1000);",
          },
        ],
        check: onCrashPoints('call'),
      },
    ],
  },
  {
    id: 'scores-as-text',
    mistake: 'scores are compared as text, or rounded',
    places: [
      {
        patches: [{ file: `${LUA}/prelude.lua`, find: '  return tonumber(a) == tonumber(b)\n', replace: '  return a == b\n' }],
        check: onRedis('a ticket is the same ticket, however its score was printed'),
      },
      {
        patches: [{ file: `${CORE}/waiting.ts`, find: 'return `${ticket.boothId}:${ticket.userId}:${ticket.score}`;', replace: 'return `${ticket.boothId}:${ticket.userId}:${Math.round(ticket.score * 1000) / 1000}`;' }],
        check: onSqlServer('mysql-contract', 'the score .* (survives|comes back) to the digit'),
      },
    ],
  },
  {
    id: 'count-below-zero',
    mistake: 'a completion takes the count below zero',
    places: [
      {
        patches: [{ file: `${LUA}/close-lock.lua`, find: 'local change = math.max(current + COUNT, 0) - current', replace: 'local change = COUNT' }],
        check: onRedis('entrance adds one, completion takes one, never below 0'),
      },
      {
        patches: [{ file: `${EMBEDDED}/memory-changes.ts`, find: 'String(Math.max(current + effect.count, 0))', replace: 'String(current + effect.count)' }],
        check: onMemory('entrance adds one, completion takes one, never below 0'),
      },
    ],
  },
  {
    id: 'capacity-not-in-the-ledger',
    mistake: 'the commit of a call does not count the room, because the queue store did before',
    places: [
      {
        patches: [{ file: `${MYSQL}/commit-call.ts`, find: 'const INSERT_CALL = insertCall(ROOM);', replace: "const INSERT_CALL = insertCall('');" }],
        check: onSqlServer('mysql-races', 'free: six kiosks call as many and no more'),
      },
      {
        patches: [{ file: `${EMBEDDED}/sqlite-commit.ts`, find: 'pausedProblem(db, lock) ?? fullProblem(db, lock) ?? userProblem(db, lock)', replace: 'pausedProblem(db, lock) ?? userProblem(db, lock)' }],
        check: onModel('dead-hour', 'seed 2026112'),
      },
    ],
  },
  {
    id: 'recount-after-one-look',
    mistake: 'the recount sets what it saw, after one look',
    places: [
      {
        patches: [{ file: `${CORE}/recount.ts`, find: '    if (before === undefined || !same(before, look)) continue;\n', replace: '' }],
        check: onModel('reconcile', 'waits for a difference that is still moving'),
      },
      {
        patches: [
          { file: `${LUA}/correct-count.lua`, find: "if current ~= tonumber(ARGV[2]) then return {'changed'} end\nif version_of(ARGV[1]) ~= tonumber(ARGV[3]) then return {'changed'} end\n", replace: '' },
          {
            file: `${LUA}/correct-count.lua`,
            find: "  redis.call('INCRBY', KEYS[1], string.format('%.0f', tonumber(ARGV[4]) - current))\n",
            replace: "  redis.call('SET', KEYS[1], ARGV[4])\n",
          },
        ],
        check: onRedis('counts.*not when the (count|version) has changed'),
      },
      {
        patches: [
          {
            file: `${EMBEDDED}/memory-changes.ts`,
            find: 'if (currentOf(state, boothId) !== seen.current || versionOf(state, boothId) !== seen.version || busyLocksAt',
            replace: 'if (busyLocksAt',
          },
        ],
        check: onMemory('counts.*not when the (count|version) has changed'),
      },
    ],
  },
  {
    id: 'undo-without-looking',
    mistake: 'a call whose commit’s reply was lost is undone without looking for its row',
    places: [
      {
        patches: [
          {
            file: `${CORE}/operation.ts`,
            find: "    if (failure.executed === 'unknown') return uncertain(core, lock);\n    // The ledger",
            replace: '    // The ledger',
          },
        ],
        check: onCrashPoints('call'),
      },
    ],
  },
  {
    id: 'sweep-by-member',
    mistake: 'the sweep removes a visitor’s entry whatever its score is by now',
    places: [
      {
        patches: [{ file: `${LUA}/remove-stale.lua`, find: 'if not score or not same_score(score, ARGV[3]) or busy_count', replace: 'if not score or busy_count' }],
        check: onRedis('an entry is removed at its very score'),
      },
      {
        patches: [{ file: `${EMBEDDED}/memory-changes.ts`, find: 'if (queue.get(String(userId)) !== score || busyLocksAt', replace: 'if (!queue.has(String(userId)) || busyLocksAt' }],
        check: onMemory('an entry is removed at its very score'),
      },
    ],
  },
  {
    id: 'mirror-without-sequence',
    mistake: 'the copy is written by difference, by an older pass over a newer one’s, too',
    places: [
      {
        patches: [{ file: `${MYSQL}/mirror.ts`, find: 'AND m.epoch < ? AND COALESCE(festival.epoch, 0) <= ?`', replace: 'AND m.epoch <> ? AND COALESCE(festival.epoch, 0) <> -?`' }],
        check: onSqlServer('mysql-mirror', 'two at once: what the later one saw is what is left|an older one is refused and changes nothing'),
      },
      {
        patches: [{ file: `${EMBEDDED}/sqlite-mirror.ts`, find: "  if (festivalEpoch(db) > epoch || !raiseEpoch(db, boothId, epoch, nowMs)) return false;\n", replace: '  raiseEpoch(db, boothId, epoch, nowMs);\n' }],
        check: onModel('losses-by-itself', 'takes nobody for gone who has come back since'),
      },
    ],
  },
  {
    id: 'old-row-stays-live',
    mistake: 'a visit whose visitor was put back stays the row of its ticket',
    places: [
      {
        patches: [{ file: `${MYSQL}/visit-changes.ts`, find: "${registeredS('waiting')})))), kiosk_ticket = NULL`;", replace: "${registeredS('waiting')}))))`;" }],
        check: onSqlServer('mysql-undo-races', 'a visitor put back: the ticket waits, or the visit stands'),
      },
      {
        patches: [{ file: `${EMBEDDED}/sqlite-visit.ts`, find: "COALESCE(kiosk_ticket, ?4), kiosk_ticket = NULL';", replace: "COALESCE(kiosk_ticket, ?4)';" }],
        check: onCrashPoints('put-back'),
      },
    ],
  },
  {
    id: 'poisoned-visitor-blocks',
    mistake: 'an entry that can never be called stays at the head of the queue',
    places: [
      {
        patches: [{ file: `${CORE}/operation.ts`, find: "      if (lock.kind === 'call' && result.code === 'USER_NOT_FOUND') return setAside(core, lock);\n", replace: '' }],
        check: onModel('operation', 'sets aside somebody the ledger does not know, and calls the next'),
      },
      {
        patches: [{ file: `${LUA}/begin-call.lua`, find: '    if moved == MOVES then return', replace: '    if moved >= 0 then return' }],
        check: onRedis('entries that can never be called go into quarantine and block nobody'),
      },
      {
        patches: [{ file: `${EMBEDDED}/memory-begin.ts`, find: '    if (moved === QUARANTINE_PER_CALL) return', replace: '    if (moved >= 0) return' }],
        check: onMemory('entries that can never be called go into quarantine and block nobody'),
      },
    ],
  },
];
