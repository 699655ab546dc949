/** Electron's `ipcMain`, and the page's messages on their way to it. */
import type Electron from 'electron';
import { EventEmitter } from 'node:events';
import { assertJsonSafe } from './json-safe.ts';

export interface Frame {
  readonly url: string;
  readonly parent: Frame | null;
}
type Handler = (event: object, ...args: unknown[]) => unknown;

const handlers = new Map<string, Handler>();
const events = new EventEmitter();

const calls = {
  handle(channel: string, handler: (event: never, ...args: never[]) => unknown) {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    handlers.set(channel, handler as Handler);
  },
  removeHandler: (channel: string) => void handlers.delete(channel),
};
calls satisfies Pick<Electron.IpcMain, 'handle' | 'removeHandler'>;

export const ipcMain = Object.assign(events, calls);

/** Takes one message of a page; what it answers goes back through `reply`. */
export async function receive(text: string, event: { sender: unknown; senderFrame: Frame }, reply: (text: string) => void): Promise<void> {
  const message = JSON.parse(text) as { id?: number; channel: string; args: unknown[] };
  if (message.id === undefined) {
    events.emit(message.channel, event, ...message.args);
    return;
  }
  const { id, channel } = message;
  try {
    const handler = handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    const value = structuredClone(await handler(event, ...message.args));
    assertJsonSafe(value, `The answer on ${channel}`);
    reply(JSON.stringify({ id, value }));
  } catch (error) {
    reply(JSON.stringify({ id, error: `Error invoking remote method '${channel}': ${String(error)}` }));
  }
}
