import { useState } from 'react';
import { ask } from '../actions.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { useAllText } from '../i18n/i18n.ts';
import { isolate } from '../i18n/words.ts';
import { useScreen } from '../store.ts';
import { chooseTheme } from '../theme.ts';
import { Toggle } from './toggle.tsx';

/** What concerns this kiosk alone. */
export function KioskSettings({ snapshot }: { readonly snapshot: Snapshot }) {
  const t = useAllText();
  const theme = useScreen((state) => state.theme);
  const [asking, setAsking] = useState(false);
  const demo = snapshot.demoArrivals;
  const toggleDemo = async (): Promise<void> => {
    setAsking(true);
    await ask('kiosk:set-demo-arrivals', { on: !demo });
    setAsking(false);
  };
  return (
    <section className="panel-section">
      <h3>{t('panel.kiosk')}</h3>
      <p>{t('panel.kioskId', { kiosk: snapshot.kioskId })}</p>
      {snapshot.booth === null ? null : <p className="whole-name">{t('panel.boothName', { booth: isolate(snapshot.booth.name) })}</p>}
      {snapshot.embedded ? (
        <Toggle label={t('panel.demo')} detail={t(demo ? 'panel.demoOn' : 'panel.demoOff')} on={demo} busy={asking} testId="demo" onTap={() => void toggleDemo()} />
      ) : null}
      <Toggle
        label={t('panel.theme')}
        detail={t(theme === 'light' ? 'panel.themeLight' : 'panel.themeDark')}
        on={theme === 'light'}
        testId="theme"
        onTap={() => chooseTheme(theme === 'light' ? 'dark' : 'light')}
      />
    </section>
  );
}
