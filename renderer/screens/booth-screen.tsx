import { lazy, Suspense, useEffect } from 'react';
import { BoothHeader } from '../components/booth-header.tsx';
import { CalledColumn } from '../components/called-column.tsx';
import { InsideColumn } from '../components/inside-column.tsx';
import { LostQueueBanner } from '../components/lost-queue-banner.tsx';
import { NoBooth } from '../components/no-booth.tsx';
import { OutageBanner } from '../components/outage-banner.tsx';
import { ReconnectedLine } from '../components/reconnected-line.tsx';
import { WaitingColumn } from '../components/waiting-column.tsx';
import { useScreen } from '../store.ts';

/** Loaded when first opened: the board itself must be there at once. */
const AddVisitorDialog = lazy(async () => ({ default: (await import('../components/add-visitor-dialog.tsx')).AddVisitorDialog }));
const BoothPicker = lazy(async () => ({ default: (await import('../components/booth-picker.tsx')).BoothPicker }));
const StatusPanel = lazy(async () => ({ default: (await import('../components/status-panel.tsx')).StatusPanel }));

/** The main job: the next visitor, who was called, who is inside. */
export function BoothScreen() {
  const snapshot = useScreen((state) => state.snapshot);
  const dialog = useScreen((state) => state.dialog);
  // Ready before the first tap on Add: a scanner types at once.
  useEffect(() => void import('../components/add-visitor-dialog.tsx'), []);
  if (snapshot === null) return null;
  const { booth } = snapshot;
  return (
    <div className="booth-screen">
      <BoothHeader booth={booth} />
      <OutageBanner snapshot={snapshot} />
      <ReconnectedLine snapshot={snapshot} />
      {booth === null || booth.lostQueue === null ? null : <LostQueueBanner waitingBefore={booth.lostQueue.waitingBefore} />}
      {booth === null ? (
        <NoBooth snapshot={snapshot} />
      ) : (
        <main className="columns">
          <WaitingColumn snapshot={snapshot} booth={booth} />
          <CalledColumn snapshot={snapshot} booth={booth} />
          <InsideColumn snapshot={snapshot} booth={booth} />
        </main>
      )}
      <Suspense fallback={null}>
        {dialog === 'add-visitor' && booth !== null ? <AddVisitorDialog booth={booth} /> : null}
        {dialog === 'status' ? <StatusPanel snapshot={snapshot} /> : null}
        {dialog === 'booths' ? <BoothPicker snapshot={snapshot} /> : null}
      </Suspense>
    </div>
  );
}
