/** Electron's `dialog`: nobody is there to press its buttons, so it is noted and gone. A file is saved where the test said, or nowhere. */
import type Electron from 'electron';
import { record } from './record.ts';

export const dialog = {
  showErrorBox: (title: string, content: string) => record('dialog.showErrorBox', { title, content }),
  async showSaveDialog(_window: unknown, options?: Electron.SaveDialogOptions): Promise<Electron.SaveDialogReturnValue> {
    record('dialog.showSaveDialog', options ?? null);
    const filePath = process.env['STANDIN_SAVE_AS'] ?? '';
    return { canceled: filePath === '', filePath };
  },
} satisfies Pick<Electron.Dialog, 'showErrorBox' | 'showSaveDialog'>;
