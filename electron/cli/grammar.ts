/**
 * What each verb needs and takes, and how the usage describes it.
 */
import { PHASE_CHANGES } from '../../shared/snapshot.ts';

const OPERATION = ['operation-id', 'staff', 'reason'] as const;

export type Option =
  | 'booth' | 'user' | 'waiting' | 'name' | 'phone' | 'repair' | 'operation-id' | 'grants' | 'staff' | 'reason' | 'override' | 'count' | 'after-three' | 'member'
  | 'open' | 'last-call' | 'close' | 'pause' | 'resume' | 'apply' | 'date' | 'csv';

interface Form {
  readonly needs: readonly Option[];
  readonly takes: readonly Option[];
  /** A second word, one of these. */
  readonly steps?: readonly string[];
}

/** What `booth` makes of one: exactly one of these. */
export const BOOTH_CHANGES = PHASE_CHANGES satisfies readonly Option[];

const onVisit = (...more: readonly Option[]): Form => ({ needs: ['waiting'], takes: [...OPERATION, ...more] });

export const GRAMMAR = {
  status: { needs: [], takes: [] },
  list: { needs: ['booth'], takes: [] },
  join: { needs: ['booth'], takes: ['user', 'name', 'phone', ...OPERATION] },
  leave: { needs: ['booth', 'user'], takes: OPERATION },
  call: { needs: ['booth'], takes: ['user', 'count', 'override', ...OPERATION] },
  enter: onVisit(),
  complete: onVisit(),
  'no-show': onVisit(),
  cancel: onVisit(),
  hold: onVisit(),
  recall: onVisit(),
  'put-back': onVisit('after-three'),
  undo: onVisit('override'),
  admit: onVisit('override'),
  requeue: onVisit(),
  booth: { needs: ['booth'], takes: [...BOOTH_CHANGES, 'staff', 'reason'] },
  quarantine: { needs: [], takes: ['booth', 'member', 'staff'], steps: ['list', 'restore', 'drop'] },
  'clear-day': { needs: ['booth'], takes: ['apply', 'staff', 'reason'] },
  trace: { needs: [], takes: ['user', 'waiting'] },
  report: { needs: ['date'], takes: ['booth', 'csv'] },
  check: { needs: [], takes: [] },
  reconcile: { needs: [], takes: [] },
  audit: { needs: ['booth'], takes: ['repair'] },
  migrate: { needs: [], takes: ['grants'] },
} as const satisfies Record<string, Form>;
export type Verb = keyof typeof GRAMMAR;
export const VERBS = Object.keys(GRAMMAR) as readonly Verb[];

/** The form of a verb, with every field there is. */
export function formOf(verb: Verb): Form {
  return GRAMMAR[verb];
}

export const USAGE = `Usage: ops VERB [options] [--json] [--config FILE]

  status                                     both stores, open locks, all booths, the latest passes and incidents
  list      --booth B                        who waits, is called, is inside, has gone lately
  join      --booth B (--user U | --name T | --phone D)   add a visitor to the queue
  leave     --booth B --user U               a waiting visitor gives up the place
  call      --booth B [--count N]            call the next visitor, or the next N
            --booth B --user U --reason T    call a chosen visitor out of turn
  enter     --waiting W                      a called visitor is inside
  complete  --waiting W                      a visitor inside has left
  no-show   --waiting W                      a called visitor did not come
  cancel    --waiting W                      a called visitor does not want to come any more
  hold      --waiting W                      a called visitor gets five more minutes
  recall    --waiting W                      announce a call again
  put-back  --waiting W [--after-three]      a called visitor goes back into the queue: to the old place, or behind the next three
  undo      --waiting W                      take back what happened last: call, no-show, cancel, complete
  admit     --waiting W --reason T           let in somebody who has gone in the last 30 minutes
  requeue   --waiting W --reason T           queue them again, at their old place
  booth     --booth B --open | --last-call | --pause | --resume | --close
                                             open it; take nobody new and serve who waits; stop calling for a while (needs --reason), and
                                             go on; close it: who waits is dismissed and told (then it needs --reason)
  quarantine list [--booth B]                entries that cannot be called
  quarantine (restore | drop) --booth B --member M   put one back, or drop it
  clear-day --booth B [--apply]              who is left over from an earlier day; clears them
  trace     --user U | --waiting W           the story of a visitor, or of one visit
  report    --date YYYY-MM-DD [--booth B]    a day's visits and waits, by the hour, in the festival's time zone
            [--csv FILE | --csv -]           as CSV into a file, or printed
  check                                      every invariant at every booth, with the evidence and what it cannot tell
  reconcile                                  one pass: settle every open lock, and all festival-wide steps
  audit     --booth B [--repair]             evaluate what must always hold
  migrate                                    prepare the database for this version, as its administrator
            [--grants USER[@HOST]]           print the rights a kiosk's account needs, as SQL

  --staff NAME        who did it, for the journal        --reason TEXT  why
  --override          call, undo, admit: one more than the booth has room for; needs --reason
  --operation-id ID   every action on visitors: ask again safely what became of a request
Exit codes: 0 done (audit, check: whatever they found, see "ok"), 2 usage or settings, 3 refused by a rule, 4 a store unreachable or not
usable, 5 outcome not known yet, 1 a defect of the program.
`;
