/**
 * What each verb does, on the same core as the window.
 */
import { type Result, ok } from '../../shared/errors.ts';
import { audit } from '../core/audit.ts';
import { checkAll } from '../core/check.ts';
import type { Core } from '../core/core.ts';
import { reconcile } from '../core/reconcile.ts';
import { refusal } from '../core/refusals.ts';
import { call, join, leave, onVisit, undo } from './actions.ts';
import type { Answer } from './answer.ts';
import { booth } from './booth.ts';
import { clearDay } from './clear-day.ts';
import type { Verb } from './grammar.ts';
import { listBooth } from './list.ts';
import { quarantine } from './quarantine.ts';
import { required } from './requested.ts';
import { report } from './report.ts';
import { status } from './status.ts';
import { traceVisit } from './trace.ts';
import type { Command } from './usage.ts';

/** Runs the verb. `timeZone`: the festival's (IANA). Throws StoreFailure when a store it needs does not answer. */
export async function runVerb(core: Core, command: Command & { readonly verb: Exclude<Verb, 'migrate'> }, timeZone: string): Promise<Result<Answer>> {
  const { verb } = command;
  switch (verb) {
    case 'status':
      return ok(await status(core));
    case 'list':
      return listBooth(core, required(command.boothId));
    case 'join':
      return join(core, command);
    case 'leave':
      return leave(core, command);
    case 'call':
      return call(core, command);
    case 'enter':
    case 'complete':
    case 'no-show':
    case 'cancel':
    case 'hold':
    case 'recall':
    case 'put-back':
    case 'admit':
    case 'requeue':
      return onVisit(core, command, verb);
    case 'undo':
      return undo(core, command);
    case 'booth':
      return booth(core, command);
    case 'quarantine':
      return quarantine(core, command);
    case 'clear-day':
      return clearDay(core, command, timeZone);
    case 'trace':
      return traceVisit(core, command);
    case 'report':
      return report(core, command, timeZone);
    case 'check':
      return ok({ ...(await checkAll(core)) });
    case 'reconcile': {
      const pass = await reconcile(core, { trigger: 'by-hand' });
      return ok(pass.problem === null ? { ...pass } : { ...pass, error: pass.problem });
    }
    case 'audit': {
      const found = await audit(core, required(command.boothId), command.repair);
      return found === null ? { ok: false, error: refusal('BOOTH_NOT_FOUND') } : ok({ ...found });
    }
  }
}
