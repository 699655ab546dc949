/** What happens to a real machine and not to this one by itself: screens that come and go, a graphics process that ends. Tests order it. */
import { mkdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { join } from 'node:path';

export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Order =
  | { readonly order: 'plug-display'; readonly id: number; readonly bounds: Bounds }
  | { readonly order: 'unplug-display'; readonly id: number }
  | { readonly order: 'lose-graphics' };

const listeners: ((order: Order) => void)[] = [];
const folder = process.env['STANDIN_ORDERS'];
if (folder !== undefined) {
  mkdirSync(folder, { recursive: true });
  watch(folder, { persistent: false }, (_event, name) => {
    const order = name?.endsWith('.json') === true ? take(join(folder, name)) : null;
    if (order !== null) for (const listener of listeners) listener(order);
  });
}

/** Calls `listener` with every order a test puts into the folder. */
export function onOrder(listener: (order: Order) => void): void {
  listeners.push(listener);
}

/** Each is read once; the file was moved here whole. */
function take(file: string): Order | null {
  try {
    const order = JSON.parse(readFileSync(file, 'utf8')) as Order;
    rmSync(file);
    return order;
  } catch {
    return null;
  }
}
