/** Dark unless somebody in the sun chose light on this machine. */
import { useScreen, type Theme } from './store.ts';

const KEY = 'theme';

/** Shows a theme and remembers it for the next start. */
export function chooseTheme(theme: Theme): void {
  useScreen.setState({ theme });
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Without storage the choice lasts until the window closes.
  }
}

/** Takes up the theme chosen last on this machine. */
export function restoreTheme(): void {
  try {
    useScreen.setState({ theme: localStorage.getItem(KEY) === 'light' ? 'light' : 'dark' });
  } catch {
    // Without storage there is nothing to take up.
  }
}
