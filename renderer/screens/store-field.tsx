import { CircleCheck, CircleX } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { request } from '../api.ts';
import { TouchButton } from '../components/touch-button.tsx';
import type { StoreTrial } from '../../shared/channels.ts';
import type { AppError } from '../../shared/errors.ts';
import { useAllText } from '../i18n/i18n.ts';
import { trialErrorText } from '../i18n/server-words.ts';
import { takePassword, wholeAddress, type StoreAddress } from './store-address.ts';

interface StoreTrialState extends StoreAddress {
  readonly store: 'queue' | 'ledger';
  readonly testing: boolean;
  /** What the server said at this very address; null after every change of it. */
  readonly trial: StoreTrial | null;
  readonly error: AppError | null;
  readonly change: (address: StoreAddress) => void;
  readonly test: () => Promise<void>;
}

/** An address and what came of trying it. */
export function useStoreTrial(store: 'queue' | 'ledger'): StoreTrialState {
  const [address, setAddress] = useState<StoreAddress>({ url: '', password: '' });
  const [testing, setTesting] = useState(false);
  const [trial, setTrial] = useState<StoreTrial | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const newest = useRef(address);
  const change = (next: StoreAddress): void => {
    newest.current = next;
    setAddress(next);
    setTrial(null);
    setError(null);
  };
  const test = async (): Promise<void> => {
    setTesting(true);
    const answer = await request('setup:try-store', { store, url: wholeAddress(address) });
    setTesting(false);
    // An answer about an address that has been changed since says nothing about the new one.
    if (newest.current !== address) return;
    setTrial(answer.ok ? answer.value : null);
    setError(answer.ok ? null : answer.error);
  };
  return { ...address, store, testing, trial, error, change, test };
}

interface StoreFieldProps {
  readonly state: StoreTrialState;
  readonly title: string;
  readonly placeholder: string;
  readonly hint: string;
  /** Has the focus when it appears. */
  readonly first?: boolean;
}

/** One server's address, with a button that tries it and names the exact problem. */
export function StoreField({ state, title, placeholder, hint, first = false }: StoreFieldProps) {
  const t = useAllText();
  const inputId = useId();
  const resultId = useId();
  const { store, url, password, testing, trial, error } = state;
  return (
    <fieldset className="card">
      <label htmlFor={inputId} className="card-title">
        {title}
      </label>
      <input
        id={inputId}
        type="url"
        autoFocus={first}
        value={url}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        data-testid={`url-${store}`}
        aria-describedby={resultId}
        aria-invalid={error !== null}
        onChange={(event) => state.change(takePassword(event.target.value) ?? { url: event.target.value, password })}
      />
      <div className="trial-line">
        <input
          type="password"
          value={password}
          placeholder={t('connect.password')}
          aria-label={`${title}: ${t('connect.password')}`}
          autoComplete="off"
          data-testid={`password-${store}`}
          onChange={(event) => state.change({ url, password: event.target.value })}
        />
        <TouchButton className="button" data-testid={`test-${store}`} busy={testing} blocked={url.trim() === ''} onTap={() => void state.test()}>
          {t(testing ? 'connect.testing' : 'connect.test')}
        </TouchButton>
      </div>
      <div id={resultId} className="trial-result" role="status" data-testid={`trial-${store}`}>
        {trial === null && error === null ? <p className="hint">{hint}</p> : null}
        {trial === null ? null : <TrialGood trial={trial} store={store} />}
        {error === null ? null : <TrialBad error={error} store={store} />}
      </div>
    </fieldset>
  );
}

function TrialGood({ trial, store }: { readonly trial: StoreTrial; readonly store: 'queue' | 'ledger' }) {
  const t = useAllText();
  const note = trial.schema === 'ready' ? null : `connect.${trial.schema}` as const;
  const lacksBooths = store === 'ledger' && trial.schema !== 'empty' && trial.booths.length === 0;
  return (
    <>
      <p className="outcome" data-phase="saved">
        <CircleCheck aria-hidden="true" />
        <span>{t('connect.okServer', { server: trial.server })}</span>
      </p>
      {note === null ? null : <p className="hint">{t(note)}</p>}
      {lacksBooths ? <p className="hint">{t('connect.noBooths')}</p> : null}
    </>
  );
}

function TrialBad({ error, store }: { readonly error: AppError; readonly store: 'queue' | 'ledger' }) {
  const t = useAllText();
  return (
    <p className="outcome" data-phase="refused">
      <CircleX aria-hidden="true" />
      <span>
        {trialErrorText(t, error, store)} <span className="detail" lang="en">{error.message}</span>
      </span>
    </p>
  );
}
