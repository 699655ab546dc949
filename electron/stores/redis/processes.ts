/** Which processes live, which of them leads, and the alerts they share. */
import type { QueueStore } from '../../core/ports.ts';
import { FORGET_SILENT_MS } from '../queue-limits.ts';
import { ALERTS, ALIVE, LEADER } from './keys.ts';
import { oneOf, text, type Reply } from './replies.ts';
import type { Step } from './step.ts';

type Processes = Pick<QueueStore, 'beat' | 'endBeat' | 'takeLead' | 'noteAlerts' | 'takeClearedAlerts'>;

const namesOf = (word: string) => ([outcome, ...names]: Reply): readonly string[] => {
  oneOf(outcome, [word]);
  return names.map(text);
};

export function createProcesses(step: Step): Processes {
  const noteBeat = (owner: string, how: 'alive' | 'left') => step('beat', [ALIVE], [owner, how, FORGET_SILENT_MS], ([outcome]) => void oneOf(outcome, ['noted']));
  return {
    beat: (owner) => noteBeat(owner, 'alive'),
    endBeat: (owner) => noteBeat(owner, 'left'),
    takeLead: (owner, silentMs) => step('take-lead', [LEADER, ALIVE], [owner, silentMs], ([outcome]) => oneOf(outcome, ['leads', 'follows']) === 'leads'),
    noteAlerts: (ids, owner) => step('note-alerts', [ALERTS], [owner, ...ids], namesOf('new')),
    takeClearedAlerts: (unseenMs) => step('take-cleared-alerts', [ALERTS], [unseenMs], namesOf('cleared')),
  };
}
