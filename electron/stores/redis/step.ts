/** How a step reaches the server. */
import type { Reply } from './replies.ts';
import type { ScriptName } from './scripts.ts';

export type Args = readonly (string | number)[];

/**
 * Runs one step and reads its answer. Arguments may need the id of the server's run ('' where the account may not know it): that is known
 * only once the connection is, on which the step is sent. Throws StoreFailure.
 */
export type Step = <T>(script: ScriptName, keys: readonly string[], args: Args | ((run: string) => Args), read: (reply: Reply) => T) => Promise<T>;
