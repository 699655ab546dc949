import type { ReactNode } from 'react';
import type { BoothView } from '../../shared/snapshot.ts';
import { useAllText } from '../i18n/i18n.ts';
import { useScreen } from '../store.ts';
import { holdsSubject, tapSubject } from '../taps.ts';
import { Joined } from './joined.tsx';
import { Modal } from './modal.tsx';
import { NameForm } from './name-form.tsx';
import { PhoneForm } from './phone-form.tsx';
import { ScanResult } from './scan-result.tsx';
import { TouchButton } from './touch-button.tsx';
import '../styles/add-visitor.css';

const WAYS = ['name', 'phone'] as const;
const WAY_WORDS = { name: 'add.byName', phone: 'add.byPhone' } as const satisfies Record<(typeof WAYS)[number], string>;

/** A walk-in gets a place in the queue and a number to remember; so does whoever a scanner knows. */
export function AddVisitorDialog({ booth }: { readonly booth: BoothView }) {
  const t = useAllText();
  const tap = useScreen((state) => state.taps[tapSubject('join', null)]);
  const scanned = useScreen((state) => state.scanned);
  const person = tap?.phase === 'saved' || tap?.phase === 'catching-up' ? tap.person : null;
  const busy = holdsSubject(tap);
  const result = person === null && scanned !== null && scanned.kind !== 'busy' ? scanned : null;
  const leftAside =
    scanned?.kind === 'busy' ? (
      <p className="scan-busy" role="alert">
        {t('scan.busy')}
      </p>
    ) : null;
  return (
    <Modal title={t(result === null ? 'add.title' : result.kind === 'unknown' ? 'scan.titleUnknown' : 'scan.title')} shape="card">
      {person !== null ? (
        <>
          {leftAside}
          <Joined person={person} />
        </>
      ) : result !== null ? (
        <ScanResult scanned={result} busy={busy} />
      ) : (
        <Forms boothId={booth.id} busy={busy} leftAside={leftAside} />
      )}
    </Modal>
  );
}

/** @param leftAside what is to be said of a scan, beside the ways: under them the keys take all the height there is */
function Forms({ boothId, busy, leftAside }: { readonly boothId: number; readonly busy: boolean; readonly leftAside: ReactNode }) {
  const t = useAllText();
  const way = useScreen((state) => state.addWay);
  return (
    <div className="add-ways">
      <div className="ways-row">
        <div className="segmented" role="group" aria-label={t('add.way')}>
          {WAYS.map((each) => (
            <TouchButton key={each} aria-pressed={way === each} data-testid={`way-${each}`} onTap={() => useScreen.setState({ addWay: each })}>
              {t(WAY_WORDS[each])}
            </TouchButton>
          ))}
        </div>
        {leftAside}
      </div>
      {way === 'name' ? <NameForm boothId={boothId} busy={busy} /> : <PhoneForm boothId={boothId} busy={busy} />}
    </div>
  );
}
