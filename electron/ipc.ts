/**
 * The main process's end of the border, and the only importer of ipcMain: listens to the kiosk's own screen and to nobody else.
 */
import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { WIRE } from '../shared/channel-names.ts';
import { fail } from '../shared/errors.ts';
import { isAppUrl } from './app-protocol.ts';
import type { Kiosk } from './kiosk.ts';
import { answerRequest } from './requests.ts';
import { createSnapshotPush } from './snapshot-push.ts';

/** Serves a kiosk to every screen of the program. The function returned stops it. */
export function serveIpc(kiosk: Pick<Kiosk, 'handlers' | 'onSnapshot'>, log: (message: string) => void): () => void {
  const push = createSnapshotPush<WebContents>((screen, snapshot) => {
    if (!screen.isDestroyed()) screen.send(WIRE.push, 'snapshot', snapshot);
  });
  const known = new WeakSet<WebContents>();
  const stopSnapshots = kiosk.onSnapshot((snapshot) => push.offer(snapshot));

  ipcMain.handle(WIRE.request, (event, channel: unknown, payload: unknown) => {
    if (!isOwnScreen(event)) return fail('BAD_REQUEST', 'Only the kiosk’s own screen may ask.');
    return answerRequest(kiosk.handlers, channel, payload, log);
  });
  ipcMain.on(WIRE.ready, (event, fresh: unknown) => {
    if (!isOwnScreen(event)) return;
    const screen = event.sender;
    if (!known.has(screen)) {
      known.add(screen);
      screen.once('destroyed', () => push.forget(screen));
    }
    push.ready(screen, fresh === true);
  });

  return () => {
    stopSnapshots();
    ipcMain.removeHandler(WIRE.request);
    ipcMain.removeAllListeners(WIRE.ready);
  };
}

/** Frames inside the page, and pages of any other origin, are strangers. */
function isOwnScreen(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isAppUrl(frame.url);
}
