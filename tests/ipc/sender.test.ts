/** Who may ask: messages of strange origins and of frames inside the page are refused, unheard. */
import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WIRE } from '../../shared/channel-names.ts';
import { ok, type Result } from '../../shared/errors.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { serveIpc } from '../../electron/ipc.ts';
import type { Handlers } from '../../electron/kiosk.ts';
import { type Frame, receive } from '../support/standin/ipc-main.ts';

const OWN: Frame = { url: 'app://kiosk/index.html', parent: null };
const STRANGERS: [string, Frame | null][] = [
  ['another origin', { url: 'https://example.org/', parent: null }],
  ['another host of the scheme', { url: 'app://other/index.html', parent: null }],
  ['a host that only begins alike', { url: 'app://kiosk.example.org/', parent: null }],
  ['our name as a user name', { url: 'app://kiosk@example.org/', parent: null }],
  ['a blank page', { url: 'about:blank', parent: null }],
  ['a frame inside our page', { url: 'app://kiosk/index.html', parent: OWN }],
  ['a frame that is gone', null],
];

class Screen extends EventEmitter {
  readonly got: unknown[][] = [];
  isDestroyed = () => false;
  send = (...message: unknown[]) => void this.got.push(message);
}

let calls = 0;
let push: (snapshot: Snapshot) => void = () => undefined;
let stop: () => void;

beforeAll(() => {
  const handlers = new Proxy({} as Handlers, {
    get: () => () => {
      calls += 1;
      return Promise.resolve(ok(null));
    },
  });
  stop = serveIpc(
    {
      handlers,
      onSnapshot: (listener) => {
        push = listener;
        return () => undefined;
      },
    },
    () => undefined,
  );
});
afterAll(() => stop());

async function ask(senderFrame: Frame | null): Promise<Result<unknown>> {
  let text = '';
  const event = { sender: new Screen(), senderFrame: senderFrame as Frame };
  await receive(JSON.stringify({ id: 1, channel: WIRE.request, args: ['kiosk:reconcile', null] }), event, (answer) => (text = answer));
  return (JSON.parse(text) as { value: Result<unknown> }).value;
}

describe('requests', () => {
  it('of the kiosk’s own screen are answered', async () => {
    const before = calls;
    expect(await ask(OWN)).toEqual(ok(null));
    expect(calls).toBe(before + 1);
  });
  it.each(STRANGERS)('of %s are refused', async (_who, frame) => {
    const before = calls;
    expect(await ask(frame)).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST' } });
    expect(calls).toBe(before);
  });
});

describe('pushes', () => {
  const listen = (sender: Screen, senderFrame: Frame | null) =>
    receive(JSON.stringify({ channel: WIRE.ready, args: [true] }), { sender, senderFrame: senderFrame as Frame }, () => undefined);

  it('go to the kiosk’s own screen, and to no stranger', async () => {
    const own = new Screen();
    const strangers = STRANGERS.map(() => new Screen());
    await listen(own, OWN);
    await Promise.all(STRANGERS.map(([, frame], index) => listen(strangers[index] as Screen, frame)));
    push({ version: 1 } as Snapshot);
    expect(own.got).toEqual([[WIRE.push, 'snapshot', { version: 1 }]]);
    for (const stranger of strangers) expect(stranger.got).toEqual([]);
  });
});
