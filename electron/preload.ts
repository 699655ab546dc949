/**
 * The only bridge between screen and main process: `window.kiosk`, nothing else, and only the channels of the contract.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { isPushChannel, isRequestChannel, WIRE } from '../shared/channel-names.ts';
import type { KioskBridge, Pushes } from '../shared/channels.ts';
import { fail } from '../shared/errors.ts';

type Listener = (value: unknown) => void;
const listeners = new Map<Listener, string>();

ipcRenderer.on(WIRE.push, (_event, channel: unknown, value: unknown) => {
  for (const [listener, wanted] of listeners) {
    if (wanted === channel) listener(value);
  }
  // Asking for the next push only now keeps a busy screen from being buried under old snapshots.
  ipcRenderer.send(WIRE.ready, false);
});

const bridge: KioskBridge = {
  request(channel, request) {
    if (!isRequestChannel(channel)) return Promise.resolve(fail('BAD_REQUEST', 'The screen asked on a channel that does not exist.'));
    return ipcRenderer.invoke(WIRE.request, channel, request);
  },
  on(channel, listener) {
    if (!isPushChannel(channel)) return () => undefined;
    // Each subscription is its own, even when a listener is given twice.
    const own: Listener = (value) => listener(value as Pushes[typeof channel]);
    listeners.set(own, channel);
    ipcRenderer.send(WIRE.ready, true);
    return () => {
      listeners.delete(own);
    };
  },
};

contextBridge.exposeInMainWorld('kiosk', bridge);
