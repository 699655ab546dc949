import { useEffect } from 'react';
import { hasBridge } from './api.ts';
import { later } from './components/later.tsx';
import { LiveRegions } from './components/live-regions.tsx';
import { NoticeBar } from './components/notice-bar.tsx';
import { useText, withLaterWords } from './i18n/i18n.ts';
import { BoothScreen } from './screens/booth-screen.tsx';
import { useScreen } from './store.ts';

/** Needed once in the life of a kiosk: it is not part of what every start loads. */
const SetupScreen = later(async () => (await withLaterWords(import('./screens/setup-screen.tsx'))).SetupScreen, <Starting />);

/** Chooses the screen by what the main process says it is doing. */
export function App() {
  const phase = useScreen((state) => state.snapshot?.phase ?? 'starting');
  const theme = useScreen((state) => state.theme);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return (
    <>
      {phase === 'starting' ? <Starting /> : phase === 'setup' ? <SetupScreen /> : <BoothScreen />}
      <NoticeBar />
      <LiveRegions />
    </>
  );
}

function Starting() {
  const t = useText();
  return (
    <main className="starting">
      <p>{t(hasBridge() ? 'app.starting' : 'app.noBridge')}</p>
    </main>
  );
}
