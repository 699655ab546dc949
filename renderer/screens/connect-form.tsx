import { ArrowLeft, CircleX } from 'lucide-react';
import { useEffect, useState, type FormEvent } from 'react';
import { request } from '../api.ts';
import { TouchButton } from '../components/touch-button.tsx';
import type { AppError } from '../../shared/errors.ts';
import { useAllText, type LaterId } from '../i18n/i18n.ts';
import { trialErrorText } from '../i18n/server-words.ts';
import { useLanguage, useScreen } from '../store.ts';
import { BoothField } from './booth-field.tsx';
import { wholeAddress } from './store-address.ts';
import { StoreField, useStoreTrial } from './store-field.tsx';

/** The two addresses, the booth, and a name for this kiosk. */
export function ConnectForm({ onBack }: { readonly onBack: () => void }) {
  const t = useAllText();
  const language = useLanguage();
  const redis = useStoreTrial('queue');
  const mysql = useStoreTrial('ledger');
  const [boothId, setBoothId] = useState<number | null>(null);
  const [kiosk, setKiosk] = useState(useScreen.getState().snapshot?.kioskId ?? '');
  const [connecting, setConnecting] = useState(false);
  const [failure, setFailure] = useState<{ readonly asked: string; readonly error: AppError } | null>(null);
  const kioskId = kiosk.trim();
  // An answer to what was asked before would contradict what is there now.
  const asked = JSON.stringify([redis.url, redis.password, mysql.url, mysql.password, boothId, kioskId]);
  const error = failure?.asked === asked ? failure.error : null;
  const missing: LaterId | null =
    redis.trial === null ? 'connect.needRedis' : mysql.trial === null ? 'connect.needMysql' : boothId === null ? 'connect.needBooth' : kioskId === '' ? 'connect.needKiosk' : null;

  const connect = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (missing !== null || boothId === null || connecting) return;
    setConnecting(true);
    const answer = await request('setup:connect', { redisUrl: wholeAddress(redis), mysqlUrl: wholeAddress(mysql), boothId, kioskId, language });
    setFailure(answer.ok ? null : { asked, error: answer.error });
    setConnecting(answer.ok);
  };

  useEffect(() => {
    const leave = (event: KeyboardEvent): void => {
      // In an open list or an unfinished syllable Escape has a meaning of its own.
      if (event.key === 'Escape' && !event.isComposing && !connecting && !(event.target instanceof HTMLSelectElement)) onBack();
    };
    document.addEventListener('keydown', leave);
    return () => document.removeEventListener('keydown', leave);
  }, [onBack, connecting]);

  return (
    <form className="connect" onSubmit={(event) => void connect(event)} noValidate>
      <div className="connect-head">
        <TouchButton className="button" onTap={onBack} data-testid="back">
          <ArrowLeft aria-hidden="true" />
          <span>{t('common.back')}</span>
        </TouchButton>
        <h1>{t('connect.title')}</h1>
      </div>
      <div className="connect-body">
        <StoreField state={redis} title={t('connect.redis')} placeholder="redis://host:6379/0" hint={t('connect.redisHint')} first />
        <StoreField state={mysql} title={t('connect.mysql')} placeholder="mysql://user@host:3306/festival" hint={t('connect.mysqlHint')} />
        <BoothField trial={mysql.trial} boothId={boothId} onChoose={setBoothId} />
        <fieldset className="card">
          <label className="field">
            <span>{t('connect.kiosk')}</span>
            <input value={kiosk} autoComplete="off" spellCheck={false} data-testid="kiosk-name" onChange={(event) => setKiosk(event.target.value)} />
          </label>
          <p className="hint">{t('connect.kioskHint')}</p>
        </fieldset>
      </div>
      <div className="connect-foot">
        <div className="connect-why" role="status">
          {error === null ? (
            <p className="muted">{missing === null ? '' : t(missing)}</p>
          ) : (
            <p className="outcome" data-phase="refused">
              <CircleX aria-hidden="true" />
              <span>
                {trialErrorText(t, error)} <span className="detail" lang="en">{error.message}</span>
              </span>
            </p>
          )}
        </div>
        <TouchButton submit className="button button-main" data-testid="connect-submit" busy={connecting} blocked={missing !== null}>
          {t(connecting ? 'connect.submitting' : 'connect.submit')}
        </TouchButton>
      </div>
    </form>
  );
}
