/** Electron's `dialog`: nobody is there to press its button, so it is noted and gone. */
import type Electron from 'electron';
import { record } from './record.ts';

export const dialog = {
  showErrorBox: (title: string, content: string) => record('dialog.showErrorBox', { title, content }),
} satisfies Pick<Electron.Dialog, 'showErrorBox'>;
