/**
 * What the program forbids its own pages: leaving the screen, opening windows, embedding pages, asking for devices, downloading.
 */
import { app, Menu, protocol, session } from 'electron';
import { APP_SCHEME, isAppUrl, serveAssets } from './app-protocol.ts';

/** Everything Electron wants to be told before it is ready. */
export function lockDownProcess(): void {
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      // A page that reloads itself may; every other address is refused.
      if (event.url !== contents.getURL() || !isAppUrl(event.url)) event.preventDefault();
    });
    contents.on('will-frame-navigate', (event) => {
      if (!event.isMainFrame) event.preventDefault();
    });
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** Everything that needs a session: call once the app is ready, before the first window. */
export function lockDownSession(rendererDir: string): void {
  Menu.setApplicationMenu(null);
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  defaultSession.setPermissionCheckHandler(() => false);
  defaultSession.setDevicePermissionHandler(() => false);
  defaultSession.on('will-download', (event) => event.preventDefault());
  protocol.handle(APP_SCHEME, serveAssets(rendererDir));
}
