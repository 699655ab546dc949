import { LogIn, UserPlus } from 'lucide-react';
import { useId } from 'react';
import { actOnVisit, clearJoined } from '../actions.ts';
import { useAllText } from '../i18n/i18n.ts';
import { isolate } from '../i18n/words.ts';
import { openDialog, useScreen, type Scanned } from '../store.ts';
import { firstFocus } from './modal.tsx';
import { Outcome } from './outcome.tsx';
import { PersonLine } from './person.tsx';
import { TouchButton } from './touch-button.tsx';

/** Of a scan that has put nobody into the queue (yet): whose code it is, and what can be done. */
export function ScanResult({ scanned, busy }: { readonly scanned: Exclude<Scanned, { kind: 'busy' }>; readonly busy: boolean }) {
  const t = useAllText();
  const tellId = useId();
  return (
    <div className="scan-result" data-testid="scan-result" data-kind={scanned.kind}>
      {/* A screen reader tells it with the button that has the focus. */}
      <div id={tellId} className="scan-words">
        <Finding scanned={scanned} />
      </div>
      {scanned.kind !== 'called' ? null : (
        <TouchButton
          {...firstFocus}
          className="button button-strong scan-enter"
          data-testid="scan-enter"
          aria-describedby={tellId}
          onTap={() => {
            actOnVisit('enter', scanned.boothId, scanned.visit);
            openDialog('none');
          }}
        >
          <LogIn aria-hidden="true" />
          <span>{t('called.enter')}</span>
        </TouchButton>
      )}
      {busy ? null : (
        <TouchButton {...(scanned.kind === 'called' ? {} : firstFocus)} className="button button-strong" data-testid="scan-back" aria-describedby={tellId} onTap={clearJoined}>
          <UserPlus aria-hidden="true" />
          <span>{t('scan.back')}</span>
        </TouchButton>
      )}
    </div>
  );
}

function Finding({ scanned }: { readonly scanned: Exclude<Scanned, { kind: 'busy' }> }) {
  const t = useAllText();
  const prefix = useScreen((state) => state.snapshot?.scannerPrefix ?? '');
  switch (scanned.kind) {
    case 'known':
      return (
        <>
          <p className="scan-text">{t('scan.known', { userId: String(scanned.userId) })}</p>
          <Outcome kinds={['join']} />
        </>
      );
    case 'unknown':
      return (
        <>
          <p className="scan-text">{t('scan.unknown', { code: isolate(scanned.code) })}</p>
          <p>{prefix === '' ? t('scan.expected') : t('scan.expectedPrefix', { prefix: isolate(prefix) })}</p>
        </>
      );
    case 'called':
    case 'inside':
      return (
        <>
          <PersonLine person={scanned.visit} />
          <p>{t(`scan.${scanned.kind}`)}</p>
        </>
      );
  }
}
