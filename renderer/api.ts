/** The only reader of `window.kiosk`: everything the screen asks of the main process passes here. */
import type { KioskBridge, PushChannel, Pushes, RequestChannel, Requests } from '../shared/channels.ts';
import { fail, type Result } from '../shared/errors.ts';

declare global {
  interface Window {
    readonly kiosk?: KioskBridge;
  }
}

/** False when the page was opened outside the kiosk program. */
export function hasBridge(): boolean {
  return window.kiosk !== undefined;
}

/** Asks the main process. Never rejects: a broken bridge is a failure value like any other. */
export async function request<C extends RequestChannel>(channel: C, payload: Requests[C]['request']): Promise<Result<Requests[C]['answer']>> {
  try {
    if (window.kiosk === undefined) return fail('INTERNAL', 'The kiosk bridge is missing.');
    return await window.kiosk.request(channel, payload);
  } catch (cause) {
    return fail('INTERNAL', cause instanceof Error ? cause.message : 'The kiosk bridge failed.');
  }
}

/** Listens to a push; the function returned stops it. */
export function onPush<C extends PushChannel>(channel: C, listener: (value: Pushes[C]) => void): () => void {
  return window.kiosk?.on(channel, listener) ?? (() => undefined);
}
