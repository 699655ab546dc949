/** Mistakes of our own: each undoes a line that is there because something was once lost, or would be. */
import type { Mutation } from './mutation.ts';
import { CORE, EMBEDDED, LUA, MYSQL, onMemory, onModel, onRedis, onSqlite, onSqlServer } from './where.ts';

export const OWN_MISTAKES: readonly Mutation[] = [
  {
    id: 'epoch-not-compared',
    mistake: 'a call is taken from a queue store that is behind the ledger',
    places: [
      {
        patches: [{ file: `${LUA}/prelude.lua`, find: 'if not epoch or epoch < least or (run', replace: 'if not epoch or (run' }],
        check: onRedis('nobody is called from a store that is behind the ledger'),
      },
      {
        patches: [{ file: `${EMBEDDED}/memory-mirror.ts`, find: 'mark === null || mark.epoch < least || mark.run !== run', replace: 'mark === null || mark.run !== run' }],
        check: onMemory('nobody is called from a store that is behind the ledger'),
      },
    ],
  },
  {
    id: 'evidence-overwritten',
    mistake: 'a visit keeps the id of its last action only, so that a completion erases the evidence of the entrance',
    places: [
      {
        patches: [{ file: `${MYSQL}/visit-changes.ts`, find: "kiosk_ops = RIGHT(CONCAT_WS(',', kiosk_ops, ?), ${KEPT_EVIDENCE_CHARS})", replace: 'kiosk_ops = ?' }],
        check: onSqlServer('mysql-contract', 'committed before the fence, it is found for ever'),
      },
      {
        patches: [{ file: `${EMBEDDED}/sqlite-visit.ts`, find: "substr(concat_ws(',', kiosk_ops, '${evidenceOf(kind, '')}' || ?2), -${KEPT_EVIDENCE_CHARS})", replace: "'${evidenceOf(kind, '')}' || ?2" }],
        check: onModel('asking-again', 'still tells of an entrance after the visit was completed'),
      },
    ],
  },
  {
    id: 'refill-of-those-who-left',
    mistake: 'a lost queue is refilled with visitors who had left',
    places: [
      {
        patches: [{ file: `${MYSQL}/tickets.ts`, find: 'UNSERVED = `q.left_at IS NULL AND q.gone_at IS NULL', replace: 'UNSERVED = `q.gone_at IS NULL' }],
        check: onSqlServer('mysql-contract', 'who left at a kiosk has left, whatever comes back'),
      },
      {
        patches: [{ file: `${EMBEDDED}/sqlite-mirror.ts`, find: 'UNSERVED = `q.left_at IS NULL AND q.gone_at IS NULL', replace: 'UNSERVED = `q.gone_at IS NULL' }],
        check: onSqlite('who left at a kiosk has left, whatever comes back'),
      },
    ],
  },
  {
    id: 'look-before-fence',
    mistake: 'settle looks for the row first, and raises the generation then',
    places: [
      {
        patches: [
          { file: `${MYSQL}/settle.ts`, find: '  await raiseGeneration(query, lock.boothId, lock.generation);\n', replace: '' },
          {
            file: `${MYSQL}/settle.ts`,
            find: "  return row === undefined ? { verdict: 'never' } : VERDICTS[kind]",
            replace: "  await raiseGeneration(query, lock.boothId, lock.generation);\n  return row === undefined ? { verdict: 'never' } : VERDICTS[kind]",
          },
        ],
        check: onSqlServer('mysql-races', 'a (call|join) and its fence'),
      },
    ],
  },
  {
    id: 'short-fence',
    mistake: 'settle raises the generation past the lock it sees only, and lets a later attempt through whose lock the queue store has forgotten',
    places: [
      {
        patches: [{ file: `${MYSQL}/anchor.ts`, find: 'GREATEST(gen + 1, IF', replace: 'GREATEST(gen, IF' }],
        check: onSqlServer('mysql-contract', 'settling an old lock stops the later attempt'),
      },
      {
        patches: [{ file: `${EMBEDDED}/sqlite-settle.ts`, find: 'MAX(gen + 1, iif', replace: 'MAX(gen, iif' }],
        check: onSqlite('settling an old lock stops the later attempt'),
      },
    ],
  },
  {
    id: 'unfenced-refill',
    mistake: 'a refill does not stop what was begun before it, or stops it before the refill has its name, or stops only what is no action on a visit',
    places: [
      { patches: [{ file: `${CORE}/refill.ts`, find: '  await core.ledger.fenceBooths(boothIds);\n', replace: '' }], check: onModel('festival-steps', 'what was begun on it before') },
      {
        patches: [
          { file: `${CORE}/refill.ts`, find: '  const name = await core.queue.beginRefill(core.ids.operationId());\n', replace: '' },
          {
            file: `${CORE}/refill.ts`,
            find: '  await core.ledger.fenceBooths(boothIds);\n',
            replace: '  await core.ledger.fenceBooths(boothIds);\n  const name = await core.queue.beginRefill(core.ids.operationId());\n',
          },
        ],
        check: onModel('festival-steps', 'what was begun after another kiosk'),
      },
      { patches: [{ file: `${MYSQL}/settle.ts`, find: 'of RELEASABLE)', replace: 'of RELEASABLE.slice(2))' }], check: onSqlServer('mysql-contract', 'begun before its booth was fenced') },
      { patches: [{ file: `${EMBEDDED}/sqlite-settle.ts`, find: '    fenceReleases(db, boothId, nowMs);\n', replace: '' }], check: onSqlite('begun before its booth was fenced') },
    ],
  },
  {
    id: 'left-then-called',
    mistake: 'whoever left at a kiosk, and whose entry an older queue or a late refill brought back, is called',
    places: [
      {
        patches: [{ file: `${MYSQL}/commit-call.ts`, find: 'WHERE q.ticket = ? AND q.left_op IS NOT NULL', replace: "WHERE q.ticket = ? AND q.left_op = ''" }],
        check: onSqlServer('mysql-contract', 'who left at a kiosk is not called by that ticket'),
      },
      {
        patches: [{ file: `${EMBEDDED}/sqlite-commit.ts`, find: "left_op IS NOT NULL', key) !== null) return { outcome: 'ticket-left' };", replace: "left_op IS NOT NULL', key) !== null) void 0;" }],
        check: onModel('festival-steps', 'a late refill put back'),
      },
    ],
  },
  {
    id: 'lost-lock-given-up',
    mistake: 'the end of a lock that the queue store has lost does nothing, although the lock was the only trace of its visitor',
    places: [
      {
        patches: [{ file: `${CORE}/close-lock.ts`, find: "  if (effect.queue === 'leave' || effect.queue === 'none' || score === null) return;\n", replace: '  if (score !== null) return;\n' }],
        check: onModel('asking-again', 'whose lock it lost'),
      },
      {
        patches: [{ file: `${CORE}/close-lock.ts`, find: "effect.queue === 'leave' || effect.queue === 'none' ||", replace: "!effect.queue.startsWith('enqueue') ||" }],
        check: onModel('losses', 'is set aside by the next call'),
      },
    ],
  },
  {
    id: 'gone-though-registered-since',
    mistake: 'whoever is missing from a queue that was read before they registered is taken for gone',
    places: [
      {
        patches: [{ file: `${MYSQL}/mirror.ts`, find: 'AND created_at < FROM_UNIXTIME(? / 1000) AND left_at IS NULL', replace: 'AND ? IS NOT NULL AND left_at IS NULL' }],
        check: onSqlServer('mysql-mirror', 'who registers after the queue was read is not taken for gone|nor who is put back after it'),
      },
      {
        patches: [{ file: `${EMBEDDED}/sqlite-mirror.ts`, find: 'WHERE ticket = ? AND created_at < ? AND left_at IS NULL', replace: 'WHERE ticket = ? AND ? IS NOT NULL AND left_at IS NULL' }],
        check: onModel('festival-steps', 'keeps whom an action holds, and whoever registers while it is being written'),
      },
    ],
  },
  {
    id: 'announced-before-commit',
    mistake: 'a visitor is told of a call before it is committed',
    places: [
      {
        patches: [
          {
            file: `${CORE}/operation.ts`,
            find: '  let result: CommitResult;\n  try {\n',
            replace: "  let result: CommitResult;\n  const event = { eventId: `call:${lock.operationId}`, kind: 'call', waitingId: 0, userId: lock.userId, boothId: lock.boothId, boothName: '', position } as const;\n  if (lock.kind === 'call') await core.notifier?.send(event);\n  try {\n",
          },
        ],
        check: onModel('announce', 'that is refused is told to nobody'),
      },
    ],
  },
  {
    id: 'commit-on-foreign-lock',
    mistake: 'a request asked again is committed on the lock of another process, which may be about to undo it',
    places: [
      {
        patches: [{ file: `${CORE}/operation.ts`, find: 'return begun.lock.owner === core.owner ? commit(core, begun.lock, requestId, begun) : takeOver(core, begun.lock);', replace: 'return commit(core, begun.lock, requestId, begun);' }],
        check: onModel('asking-again', 'is never committed on|loses no visitor who joins'),
      },
    ],
  },
  {
    id: 'no-show-through-an-outage',
    mistake: 'the clock of a called visitor runs on while nobody can let them in',
    places: [
      {
        patches: [{ file: `${CORE}/no-shows.ts`, find: 'Math.max(Math.max(visit.calledAtMs, servedSinceMs ?? -Infinity) + noShowMs,', replace: 'Math.max(visit.calledAtMs + noShowMs,' }],
        check: onModel('no-shows', 'is not punished for an outage'),
      },
    ],
  },
  {
    id: 'undo-without-room',
    mistake: 'a no-show is taken back without looking for room',
    places: [
      {
        patches: [{ file: `${CORE}/waiting.ts`, find: "endedAs: ['NO_SHOW'], to: 'CALLED', needsRoom: true }", replace: "endedAs: ['NO_SHOW'], to: 'CALLED' }" }],
        check: onSqlServer('mysql-undo-races', 'free: of two calls, two undone'),
      },
    ],
  },
  {
    id: 'stale-over-newer',
    mistake: 'a call or leave that was refused puts its visitor back over a registration made meanwhile, without asking whether they are owed that place',
    places: [
      {
        patches: [{ file: `${CORE}/operation.ts`, find: "return setAside(core, lock);\n      await undo(core, lock, stillDue(core, lock, EFFECTS[lock.kind].undo));", replace: 'return setAside(core, lock);\n      await undo(core, lock);' }],
        check: onModel('stale-entries', 'does not put it over a registration'),
      },
      {
        patches: [{ file: `${CORE}/operation.ts`, find: "queue: 'enqueue-alone' }", replace: "queue: 'enqueue' }" }],
        check: onModel('stale-entries', 'it waits for a word of the ledger'),
      },
      {
        patches: [{ file: `${LUA}/close-lock.lua`, find: "  if redis.call('ZSCORE', QUEUE, USER) then return {'occupied'} end\n", replace: '' }],
        check: onRedis('stays as it is, and so does the newer registration'),
      },
      {
        patches: [{ file: `${EMBEDDED}/memory-changes.ts`, find: "  if (effect.queue === 'enqueue-alone' && queueOf(state, boothId).has(String(userId))) return 'occupied';\n", replace: '' }],
        check: onMemory('stays as it is, and so does the newer registration'),
      },
    ],
  },
  {
    id: 'ended-for-another-attempt',
    mistake: 'a lock is ended by whoever held an earlier one of the same request, which the queue store has lost',
    places: [
      {
        patches: [{ file: `${LUA}/close-lock.lua`, find: "\n  or tonumber(lock[9] or '') ~= tonumber(ARGV[12]) or lock[10] ~= ARGV[13] then", replace: ' then' }],
        check: onRedis('is not ended by the first'),
      },
      {
        patches: [{ file: `${EMBEDDED}/memory-changes.ts`, find: "  if (open.generation !== lock.generation || open.owner !== lock.owner) return 'gone';\n", replace: '' }],
        check: onMemory('is not ended by the first'),
      },
    ],
  },
  {
    id: 'merged-forgotten',
    mistake: 'of two registrations of a visitor that are merged the later is forgotten, or not asked for where the earlier turns out to have been used up',
    places: [
      {
        patches: [{ file: `${LUA}/prelude.lua`, find: 'not same_score(standing, score) then remember_merged(booth, user, standing, score) end', replace: 'not same_score(standing, score) then forget_merged(booth, user) end' }],
        check: onRedis('the earlier one stands, the later is not forgotten'),
      },
      {
        patches: [{ file: `${EMBEDDED}/memory-queue.ts`, find: 'standing !== score) remember(state, `${boothId}:${userId}`, standing, score);', replace: 'standing !== score) forgetMergedOf(state, boothId, userId);' }],
        check: onModel('merged-registrations', 'is called at once|is in the copy with that pass'),
      },
      {
        patches: [{ file: `${CORE}/owed.ts`, find: '[...copied, ...merged]', replace: '[...copied, ...merged.slice(merged.length)]' }],
        check: onModel('merged-registrations', 'is called at once|is in the copy with that pass'),
      },
    ],
  },
  {
    id: 'merged-outlives',
    mistake: 'what was merged into a place outlives it, so that whoever was called by one registration is called by another',
    places: [
      {
        patches: [{ file: `${LUA}/close-lock.lua`, find: "if PLACE == 'quarantine' or (PLACE == 'leave' and AS == 'finished') then forget_merged(BOOTH, USER) end\n", replace: '' }],
        check: onRedis('after (a call that is committed|a leave that is committed|being set aside)'),
      },
      {
        patches: [{ file: `${EMBEDDED}/memory-changes.ts`, find: "if (effect.queue === 'quarantine' || (effect.queue === 'leave' && as === 'finished')) forgetMergedOf(state, boothId, userId);", replace: '' }],
        check: onMemory('after (a call that is committed|a leave that is committed|being set aside)'),
      },
      {
        patches: [{ file: `${LUA}/begin-refill.lua`, find: "if is_fit(MERGED, 'hash') then redis.call('DEL', MERGED) end\n", replace: '' }],
        check: onRedis('after a comparison with the ledger'),
      },
      {
        patches: [{ file: `${EMBEDDED}/memory-mirror.ts`, find: '  state.merged.clear();\n', replace: '' }],
        check: onMemory('after a comparison with the ledger'),
      },
      {
        patches: [{ file: `${LUA}/read-merged.lua`, find: 'is_verified and merged_with', replace: 'merged_with' }],
        check: onRedis('of a store that was not verified on this run nothing is known'),
      },
      {
        patches: [{ file: `${EMBEDDED}/memory-queue.ts`, find: '  if (state.mark?.run !== state.run) return [];\n', replace: '' }],
        check: onModel('merged-registrations', 'nor where a lock of then is settled before the comparison'),
      },
      {
        patches: [{ file: `${CORE}/mirror.ts`, find: '  if (snapshot.anyMerged && removed.length === stale.length) await', replace: '  if (snapshot.anyMerged && removed.length > stale.length) await' }],
        check: onModel('merged-registrations', 'out of a place that a pass has found in order'),
      },
    ],
  },
  {
    id: 'called-while-copied',
    mistake: 'the copy takes a registration whose visitor is called while a pass looks at the queue for one that call has, or has not, used up',
    places: [
      {
        patches: [{ file: `${MYSQL}/mirror.ts`, find: "Number(row['meanwhile']) === 1 ? 'meanwhile' : ", replace: '' }],
        check: onSqlServer('mysql-contract', 'since the look is left to the next pass'),
      },
      {
        patches: [{ file: `${EMBEDDED}/sqlite-mirror.ts`, find: 'if (meanwhile !== 1) arrive', replace: 'arrive' }],
        check: onSqlite('since the look is left to the next pass'),
      },
    ],
  },
  {
    id: 'refill-passes-over',
    mistake: 'a lost queue is not refilled with somebody whose ended visit an old screen is at work on, and who is taken for gone then',
    places: [
      {
        patches: [{ file: `${LUA}/refill.lua`, find: 'if not held(place_field(booth, user)) and not', replace: 'if not held(place_field(booth, user)) and not held(ticket_field(booth, user, score)) and not' }],
        check: onRedis('whose ended visit somebody is at work on'),
      },
      {
        patches: [
          { file: `${EMBEDDED}/memory-changes.ts`, find: '    if (placeLock(state, boothId, userId)) continue;\n', replace: '    if ([...state.locks.values()].some((lock) => lock.boothId === boothId && lock.userId === userId)) continue;\n' },
        ],
        check: onMemory('whose ended visit somebody is at work on'),
      },
    ],
  },
];
