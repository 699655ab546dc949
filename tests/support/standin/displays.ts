/** Electron's `screen`: which displays there are. They come and go by order of a test. */
import type Electron from 'electron';
import { EventEmitter } from 'node:events';
import { type Bounds, onOrder } from './control.ts';

const PRIMARY = 1;
const FIRST: Bounds = { x: 0, y: 0, width: 1280, height: 800 };

const display = (id: number, bounds: Bounds): Electron.Display => ({ id, bounds }) as Electron.Display;
let displays: readonly Electron.Display[] = [display(PRIMARY, FIRST)];
const events = new EventEmitter();

onOrder((order) => {
  if (order.order === 'plug-display') {
    const added = display(order.id, order.bounds);
    displays = [...displays, added];
    events.emit('display-added', {}, added);
  }
  if (order.order === 'unplug-display') {
    const removed = displays.find(({ id }) => id === order.id);
    displays = displays.filter(({ id }) => id !== order.id);
    events.emit('display-removed', {}, removed);
  }
});

const calls = {
  getAllDisplays: () => [...displays],
  getPrimaryDisplay: () => displays.find(({ id }) => id === PRIMARY) as Electron.Display,
} satisfies Pick<Electron.Screen, 'getAllDisplays' | 'getPrimaryDisplay'>;

export const screen = Object.assign(events, calls);
