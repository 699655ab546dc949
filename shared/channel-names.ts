/** The channels as values, for the border checks. Each list breaks the build when it and the contract differ. */
import type { PushChannel, RequestChannel } from './channels.ts';

const REQUESTS: Record<RequestChannel, true> = {
  'snapshot:get': true,
  'booth:call-next': true,
  'booth:call-chosen': true,
  'booth:call-several': true,
  'booth:leave': true,
  'booth:list-queue': true,
  'booth:list-departures': true,
  'booth:list-leftovers': true,
  'booth:clear-leftovers': true,
  'visit:act': true,
  'booth:set-status': true,
  'booth:add-visitor': true,
  'booth:add-by-phone': true,
  'booth:add-known': true,
  'booth:note-lost-queue': true,
  'booth:select': true,
  'report:read': true,
  'report:save': true,
  'kiosk:reconcile': true,
  'kiosk:retry-stores': true,
  'kiosk:set-language': true,
  'kiosk:set-sound': true,
  'kiosk:choose-staff': true,
  'kiosk:set-demo-arrivals': true,
  'setup:try-here': true,
  'setup:try-store': true,
  'setup:connect': true,
};

const PUSHES: Record<PushChannel, true> = { snapshot: true, display: true };

export const REQUEST_CHANNELS = Object.keys(REQUESTS) as readonly RequestChannel[];

/** Whether this is a channel the screen may ask on. */
export function isRequestChannel(name: unknown): name is RequestChannel {
  return typeof name === 'string' && Object.hasOwn(REQUESTS, name);
}

/** Whether this is a channel the main process pushes on. */
export function isPushChannel(name: unknown): name is PushChannel {
  return typeof name === 'string' && Object.hasOwn(PUSHES, name);
}

/** The names of the three messages that cross the border; requests and pushes carry their channel inside. */
export const WIRE = {
  request: 'kiosk:request',
  push: 'kiosk:push',
  /** The screen can take a push. `true`: it has just begun to listen and knows nothing yet. */
  ready: 'kiosk:ready',
} as const;
