/**
 * The visitors' display: a window of its own, or the whole of a second screen for as long as one is plugged in.
 */
import { type BrowserWindowConstructorOptions, type Display, screen } from 'electron';
import type { DisplayPlace } from './config.ts';
import { openScreenWindow, type ScreenWindow } from './screen-window.ts';

const OPTIONS: BrowserWindowConstructorOptions = {
  title: 'Booth Kiosk: now calling',
  width: 1280,
  height: 720,
  useContentSize: true,
  backgroundColor: '#0a0a0a',
  autoHideMenuBar: true,
};

/** Where it is shown: which screen, how large and at what position; null: in a window that people place themselves. */
type Spot = Pick<Display, 'id' | 'bounds'> | null;

/** Opens the display, and moves it as screens come and go. The function returned closes it for good. */
export function openDisplayWindow(place: Exclude<DisplayPlace, 'off'>, preloadPath: string, log: (message: string) => void): () => void {
  let shown: { readonly window: ScreenWindow; readonly spot: Spot } | null = null;

  const close = (): void => {
    shown?.window.close();
    shown = null;
  };
  const open = (spot: Spot): void => {
    const window = spot === null ? OPTIONS : { ...OPTIONS, ...spot.bounds, frame: false, fullscreen: true };
    const opened = openScreenWindow(
      { role: 'display', window, preloadPath },
      {
        log,
        // The keyboard, and a scanner that types, stay with the booth's screen.
        onReady: (ready) => ready.showInactive(),
        // A black screen tells visitors that it is off; an old number would send them to the wrong door.
        onGivenUp: close,
        onClosed: () => (shown = null),
      },
    );
    shown = { window: opened, spot };
  };

  if (place === 'window') {
    open(null);
    return close;
  }
  const follow = (): void => {
    const spot = secondScreen();
    if (spot === null) close();
    else if (shown === null || !isSameSpot(shown.spot, spot)) {
      close();
      open(spot);
    }
  };
  follow();
  screen.on('display-added', follow);
  screen.on('display-removed', follow);
  screen.on('display-metrics-changed', follow);
  return () => {
    screen.off('display-added', follow);
    screen.off('display-removed', follow);
    screen.off('display-metrics-changed', follow);
    close();
  };
}

/** The booth's own window is on the first screen. */
function secondScreen(): Display | null {
  const { id } = screen.getPrimaryDisplay();
  return screen.getAllDisplays().find((display) => display.id !== id) ?? null;
}

function isSameSpot(one: Spot, other: Spot): boolean {
  const text = (spot: Spot): string => (spot === null ? '' : [spot.id, spot.bounds.x, spot.bounds.y, spot.bounds.width, spot.bounds.height].join());
  return text(one) === text(other);
}
