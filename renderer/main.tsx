import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followTaps } from './actions.ts';
import { hasBridge, onPush, request } from './api.ts';
import { App } from './app.tsx';
import { activateLanguage } from './i18n/i18n.ts';
import { acceptSnapshot, languageOf, useScreen } from './store.ts';
import { restoreTheme } from './theme.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/booth.css';
import './styles/columns.css';
import './styles/dialogs.css';
import './styles/setup.css';

async function firstSnapshot(): Promise<void> {
  const answer = await request('snapshot:get', null);
  if (answer.ok) acceptSnapshot(answer.value);
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

restoreTheme();
followTaps();
useScreen.subscribe((state) => activateLanguage(languageOf(state)));
onPush('snapshot', acceptSnapshot);
if (hasBridge()) void firstSnapshot();

createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
