/** Who may ask, and who is told what: strangers nothing, the visitors' display what visitors may see, the booth's screen everything. */
import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WIRE } from '../../shared/channel-names.ts';
import { ok, type Result } from '../../shared/errors.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { HUNG_AFTER_MS } from '../../electron/hang-watch.ts';
import { serveIpc } from '../../electron/ipc.ts';
import type { Handlers } from '../../electron/kiosk.ts';
import type { ScreenRole } from '../../electron/screen-window.ts';
import { type Frame, receive } from '../support/standin/ipc-main.ts';
import { busyBooth, called, running } from '../support/sample-snapshots.ts';

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
  readonly role: ScreenRole | null;
  constructor(role: ScreenRole | null) {
    super();
    this.role = role;
  }
  readonly got: unknown[][] = [];
  isDestroyed = () => false;
  send = (...message: unknown[]) => void this.got.push(message);
}

let calls = 0;
let push: (snapshot: Snapshot) => void = () => undefined;
const hung: unknown[] = [];
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
    { roleOf: (screen) => (screen as unknown as Screen).role, onHung: (screen) => hung.push(screen), log: () => undefined },
  );
});
afterAll(() => stop());

async function ask(senderFrame: Frame | null, role: ScreenRole | null = 'booth'): Promise<Result<unknown>> {
  let text = '';
  const event = { sender: new Screen(role), senderFrame: senderFrame as Frame };
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
  it.each([['the visitors’ display', 'display'], ['a window nobody opened', null]] as const)('of %s are refused, whatever page it shows', async (_who, role) => {
    const before = calls;
    expect(await ask(OWN, role)).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST' } });
    expect(calls).toBe(before);
  });
});

const ready = (sender: Screen, senderFrame: Frame | null, fresh: boolean) =>
  receive(JSON.stringify({ channel: WIRE.ready, args: [fresh] }), { sender, senderFrame: senderFrame as Frame }, () => undefined);

describe('pushes', () => {
  const snapshot = (version: number): Snapshot => running({ version, booth: { ...busyBooth, called: [{ ...called(0, 0), name: '김민지', number: null }] } });

  it('go to the kiosk’s own screen, and to no stranger', async () => {
    const own = new Screen('booth');
    const nobody = new Screen(null);
    const strangers = STRANGERS.map(() => new Screen('booth'));
    await ready(own, OWN, true);
    await ready(nobody, OWN, true);
    await Promise.all(STRANGERS.map(([, frame], index) => ready(strangers[index] as Screen, frame, true)));
    push(snapshot(1));
    expect(own.got).toEqual([[WIRE.push, 'snapshot', snapshot(1)]]);
    for (const stranger of [...strangers, nobody]) expect(stranger.got).toEqual([]);
    own.emit('destroyed');
  });

  it('to the visitors’ display hold what visitors may see, and no name', async () => {
    const display = new Screen('display');
    await ready(display, OWN, true);
    push(snapshot(2));
    await ready(display, OWN, false);
    expect(display.got.at(-1)).toMatchObject([WIRE.push, 'display', { version: 2, booth: { calls: [{ name: { kind: 'name', text: '김*지' } }] } }]);
    const text = JSON.stringify(display.got);
    for (const { name } of [...busyBooth.waiting, ...busyBooth.insideList, { name: '김민지' }]) expect(text).not.toContain(name);
    display.emit('destroyed');
  });

  it('that are not taken in time tell that the screen hangs', async () => {
    vi.useFakeTimers();
    try {
      const [quick, hanging, gone] = [new Screen('booth'), new Screen('display'), new Screen('booth')];
      for (const screen of [quick, hanging, gone]) await ready(screen, OWN, true);
      push(snapshot(3));
      gone.emit('destroyed');
      vi.advanceTimersByTime(HUNG_AFTER_MS - 1);
      // The snapshot of before, then this one.
      for (let taken = 0; taken < 2; taken += 1) await ready(quick, OWN, false);
      expect(hung).toEqual([]);
      vi.advanceTimersByTime(HUNG_AFTER_MS);
      expect(hung).toEqual([hanging]);
    } finally {
      vi.useRealTimers();
    }
  });
});
