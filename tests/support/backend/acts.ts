/**
 * What the backend did, command by command: the evidence on which anything it broke is laid at its door.
 */
export type BackendVerb = 'join' | 'leave-behind' | 'leave' | 'call' | 'enter' | 'complete' | 'no-show' | 'repair';

export interface BackendAct {
  readonly verb: BackendVerb;
  readonly boothId: number;
  /** The ticket in hand, once the backend knows it. */
  userId: number | null;
  score: number | null;
  waitingId: number | null;
  /** Names of the commands that reached their server, in order. */
  readonly commands: string[];
  /** crashed: the process died between two commands. failed: a store did not take a command. refused: a rule of its own said no. */
  end: 'under-way' | 'done' | 'refused' | 'crashed' | 'failed';
}

/** Thrown inside an act when the process it runs in has died. */
export class BackendCrash extends Error {
  override readonly name = 'BackendCrash';
}
