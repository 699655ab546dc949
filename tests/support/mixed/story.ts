/** Everything on record of one visitor at one booth: what a person reads to find out how a fault came about. */
import type { BackendAct } from '../backend/acts.ts';
import type { Block } from './redis-log.ts';
import type { BoothStep } from './booth-log.ts';
import type { RowChange } from './row-log.ts';
import type { Tap } from './taps.ts';

interface Records {
  readonly blocks: readonly Block[];
  readonly changes: readonly RowChange[];
  readonly steps: readonly BoothStep[];
  readonly acts: readonly BackendAct[];
  readonly taps: readonly Tap[];
}

export function storyOf(boothId: number, userId: number, { blocks, changes, steps, acts, taps }: Records): string {
  const locks = blocks.flatMap(({ commands }) => commands.filter((command) => command[0] === 'HSET' && command.join(' ').includes(`userId ${userId} boothId ${boothId} `)));
  /** What the keys of this visitor's actions are named by. */
  const names = locks.flatMap((command) => [command[1] ?? '', command[command.indexOf('operationId') + 1] ?? '']);
  const isAbout = (command: readonly string[]): boolean =>
    (['DEL', 'SET'].includes(command[0] ?? '') && names.some((name) => command[1]?.endsWith(name) === true)) || ['FLUSHALL', 'FLUSHDB'].includes(command[0] ?? '')
    || command[1] === `temp:calling:${boothId}:${userId}` || (command[1] === `kiosk:quarantine:${boothId}` && command.includes(String(userId))) || (command[1] === `queue:booth:${boothId}` && command.includes(String(userId))) || command[1] === `user:${userId}:active_booths` || (command[0] === 'HSET' && command.join(' ').includes(`userId ${userId} boothId ${boothId} `));
  const lines = [
    ...blocks.flatMap(({ who, commands, atS }, index) => (commands.some(isAbout) ? [`  redis ${index} at ${atS} ${who}: ${commands.filter(isAbout).map((command) => command.join(' ').slice(0, 300)).join(' | ')}`] : [])),
    ...changes.filter((change) => change.userId === userId && change.boothId === boothId).map((change) => `  row ${JSON.stringify(change)}`),
    ...steps.filter(({ ticket }) => ticket.startsWith(`${boothId}:${userId}:`)).map((step) => `  ticket ${JSON.stringify(step)}`),
    ...acts.filter((act) => act.userId === userId && act.boothId === boothId).map((act) => `  backend ${JSON.stringify(act)}`),
    ...taps.filter((tap) => tap.userId === userId && tap.boothId === boothId).map((tap) => `  tap ${JSON.stringify(tap)}`),
  ];
  return [`booth ${boothId}, user ${userId}:`, ...lines].join('\n');
}
