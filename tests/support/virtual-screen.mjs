/** A screen in memory for systems without a display. */
import { spawn } from 'node:child_process';
import { findProgram } from './find-program.mjs';

/** Larger than the window, so that nothing is cut off. */
const SCREEN = '1600x1000x24';

/** Whether programs started from here can open a window. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY);
}

/**
 * Starts Xvfb on a free display.
 * @returns {Promise<{ display: string, stop: () => void } | null>} null when Xvfb is not installed or does not start
 */
export async function startVirtualScreen() {
  const xvfb = findProgram('Xvfb');
  if (xvfb === null) return null;
  const args = ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp', '-terminate', '10'];
  // In a process group of its own: Ctrl-C must end the program first, then its screen.
  const child = spawn(xvfb, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], detached: true });
  const number = await new Promise((resolve) => {
    let text = '';
    child.once('error', () => resolve(null));
    child.once('exit', () => resolve(null));
    child.stdio[3].setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      if (text.endsWith('\n')) resolve(text.trim());
    });
  });
  if (number === null) return null;
  child.unref();
  return { display: `:${number}`, stop: () => void child.kill() };
}
