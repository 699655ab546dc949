/** The visitors' display: a page that is told what to show and asks for nothing. */
import { I18nProvider } from '@lingui/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { onPush } from '../api.ts';
import { activateLanguage, i18n } from '../i18n/i18n.ts';
import { useScreen } from '../store.ts';
import { restoreTheme } from '../theme.ts';
import { Display } from './display.tsx';
import { acceptView, useShown } from './view.ts';
import '../styles/display.css';

/** Shows it in this page, from the first view on: until then nobody has said which language visitors are to read. For the life of the page. */
export function startDisplay(root: HTMLElement): void {
  followTheme();
  useShown.subscribe(({ shown }) => void (shown === null ? undefined : activateLanguage(shown.view.language)));
  onPush('display', acceptView);
  createRoot(root).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <Display />
      </I18nProvider>
    </StrictMode>,
  );
}

/** Chosen on the booth's screen, which is another window of this machine. */
function followTheme(): void {
  const show = (): void => {
    restoreTheme();
    document.documentElement.dataset['theme'] = useScreen.getState().theme;
  };
  show();
  window.addEventListener('storage', show);
}
