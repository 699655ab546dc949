import { useEffect } from 'react';
import { hasBridge } from './api.ts';
import { LiveRegions } from './components/live-regions.tsx';
import { NoticeBar } from './components/notice-bar.tsx';
import { useText } from './i18n/i18n.ts';
import { BoothScreen } from './screens/booth-screen.tsx';
import { SetupScreen } from './screens/setup-screen.tsx';
import { useScreen } from './store.ts';

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
