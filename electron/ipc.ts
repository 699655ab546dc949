/**
 * The main process's end of the border, and the only importer of ipcMain: listens to the kiosk's own screens and to nobody else. The
 * booth's screen may ask and sees everything; the visitors' display may ask nothing and sees what visitors may see.
 */
import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { WIRE } from '../shared/channel-names.ts';
import type { PushChannel, Pushes } from '../shared/channels.ts';
import { fail } from '../shared/errors.ts';
import type { Snapshot } from '../shared/snapshot.ts';
import { isAppUrl } from './app-protocol.ts';
import { displayView } from './display-view.ts';
import { createHangWatch } from './hang-watch.ts';
import type { Kiosk } from './kiosk.ts';
import { answerRequest } from './requests.ts';
import type { ScreenRole } from './screen-window.ts';
import { createSnapshotPush } from './snapshot-push.ts';

interface Screens {
  /** Null: no window of the program's own. */
  roleOf(screen: WebContents): ScreenRole | null;
  /** Its page does not take what it is sent. */
  onHung(screen: WebContents): void;
  log(message: string): void;
}

/** Serves a kiosk to every screen of the program. The function returned stops it. */
export function serveIpc(kiosk: Pick<Kiosk, 'handlers' | 'onSnapshot'>, { roleOf, onHung, log }: Screens): () => void {
  const watch = createHangWatch(onHung);
  const sendOn = <C extends PushChannel>(channel: C, valueOf: (snapshot: Snapshot) => Pushes[C]) =>
    createSnapshotPush<WebContents>((screen, snapshot) => {
      if (screen.isDestroyed()) return;
      watch.sent(screen);
      screen.send(WIRE.push, channel, valueOf(snapshot));
    });
  const pushes = { booth: sendOn('snapshot', (snapshot) => snapshot), display: sendOn('display', displayView) };
  const known = new WeakSet<WebContents>();
  const stopSnapshots = kiosk.onSnapshot((snapshot) => {
    for (const push of Object.values(pushes)) push.offer(snapshot);
  });
  const roleIn = (event: IpcMainEvent | IpcMainInvokeEvent): ScreenRole | null => (isOwnPage(event) ? roleOf(event.sender) : null);

  ipcMain.handle(WIRE.request, (event, channel: unknown, payload: unknown) => {
    if (roleIn(event) !== 'booth') return fail('BAD_REQUEST', 'Only the kiosk’s own screen may ask.');
    return answerRequest(kiosk.handlers, channel, payload, log);
  });
  ipcMain.on(WIRE.ready, (event, fresh: unknown) => {
    const role = roleIn(event);
    if (role === null) return;
    const screen = event.sender;
    const push = pushes[role];
    watch.took(screen);
    if (!known.has(screen)) {
      known.add(screen);
      screen.once('destroyed', () => {
        watch.took(screen);
        push.forget(screen);
      });
    }
    push.ready(screen, fresh === true);
  });

  return () => {
    stopSnapshots();
    watch.stop();
    ipcMain.removeHandler(WIRE.request);
    ipcMain.removeAllListeners(WIRE.ready);
  };
}

/** Frames inside the page, and pages of any other origin, are strangers. */
function isOwnPage(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isAppUrl(frame.url);
}
