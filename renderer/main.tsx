import { I18nProvider } from '@lingui/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followTaps } from './actions.ts';
import { hasBridge, onPush, request } from './api.ts';
import { App } from './app.tsx';
import { activateLanguage, i18n, withLaterWords } from './i18n/i18n.ts';
import { acceptSnapshot, languageOf, useScreen } from './store.ts';
import { restoreTheme } from './theme.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/booth.css';
import './styles/columns.css';
import './styles/dialogs.css';
import './styles/menus.css';
import './styles/setup.css';
import './styles/zoomed.css';

async function firstSnapshot(): Promise<void> {
  const answer = hasBridge() ? await request('snapshot:get', null) : null;
  if (answer?.ok) acceptSnapshot(answer.value);
  // Nobody has said which language this kiosk speaks; the machine's own is the best guess.
  else await activateLanguage(navigator.language.startsWith('ko') ? 'ko' : 'en');
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

// Assistive technology reads in the language that is on screen.
i18n.on('change', () => (document.documentElement.lang = i18n.locale));
// Visitors have a window of their own.
if (location.search === '?display') void withLaterWords(import('./display/start.tsx')).then(({ startDisplay }) => startDisplay(root));
else startBooth(root);

function startBooth(place: HTMLElement): void {
  restoreTheme();
  followTaps();
  useScreen.subscribe((state) => void activateLanguage(languageOf(state)));
  onPush('snapshot', acceptSnapshot);
  void firstSnapshot();
  // The provider shows nothing until a language is there: no screen appears in one language and changes to another.
  createRoot(place).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <App />
      </I18nProvider>
    </StrictMode>,
  );
}
