/**
 * `ops quarantine`: what was taken out of a queue's way, and what becomes of it.
 */
import { type Result, fail, ok } from '../../shared/errors.ts';
import type { Core } from '../core/core.ts';
import { endSetAside, listSetAside } from '../core/quarantine.ts';
import type { Answer } from './answer.ts';
import { required } from './requested.ts';
import type { Command } from './usage.ts';

export async function quarantine(core: Core, command: Command): Promise<Result<Answer>> {
  const { step, boothId, member, staff } = command;
  if (step === 'list') {
    const entries = await listSetAside(core);
    return ok({ entries: entries.filter((entry) => boothId === null || entry.boothId === boothId) });
  }
  const as = step === 'restore' ? 'restored' : 'dropped';
  if (await endSetAside(core, required(boothId), member ?? '', as, staff)) return ok({ boothId, member, became: as });
  const others = as === 'restored' ? ', or is no visitor and cannot wait, or a kiosk is at work on this visitor: try again' : '';
  return fail('NOT_IN_QUEUE', `"${member ?? ''}" is not in the quarantine of booth ${boothId}${others}.`);
}
