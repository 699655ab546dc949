/** What `import … from 'electron'` finds on the stand-in. It grows with what the program uses, and only then. */
export { app } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export { ipcMain } from './ipc-main.ts';
export { dialog } from './dialog.ts';
export { screen } from './displays.ts';
export { Menu, protocol, safeStorage, session } from './session.ts';
