import { lazy, Suspense, useEffect } from 'react';
import { hasBridge } from './api.ts';
import { LiveRegions } from './components/live-regions.tsx';
import { NoticeBar } from './components/notice-bar.tsx';
import { useText } from './i18n/i18n.ts';
import { BoothScreen } from './screens/booth-screen.tsx';
import { useScreen } from './store.ts';

/** Needed once in the life of a kiosk: it is not part of what every start loads. */
const SetupScreen = lazy(async () => ({ default: (await import('./screens/setup-screen.tsx')).SetupScreen }));

/** Chooses the screen by what the main process says it is doing. */
export function App() {
  const phase = useScreen((state) => state.snapshot?.phase ?? 'starting');
  const theme = useScreen((state) => state.theme);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return (
    <>
      <Suspense fallback={<Starting />}>{phase === 'starting' ? <Starting /> : phase === 'setup' ? <SetupScreen /> : <BoothScreen />}</Suspense>
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
