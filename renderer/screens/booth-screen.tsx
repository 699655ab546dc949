import { AddVisitorDialog } from '../components/add-visitor-dialog.tsx';
import { BoothHeader } from '../components/booth-header.tsx';
import { BoothPicker } from '../components/booth-picker.tsx';
import { CalledColumn } from '../components/called-column.tsx';
import { InsideColumn } from '../components/inside-column.tsx';
import { NoBooth } from '../components/no-booth.tsx';
import { OutageBanner } from '../components/outage-banner.tsx';
import { StatusPanel } from '../components/status-panel.tsx';
import { WaitingColumn } from '../components/waiting-column.tsx';
import { useScreen } from '../store.ts';

/** The main job: the next visitor, who was called, who is inside. */
export function BoothScreen() {
  const snapshot = useScreen((state) => state.snapshot);
  const dialog = useScreen((state) => state.dialog);
  if (snapshot === null) return null;
  const { booth } = snapshot;
  return (
    <div className="booth-screen">
      <BoothHeader booth={booth} />
      <OutageBanner snapshot={snapshot} />
      {booth === null ? (
        <NoBooth snapshot={snapshot} />
      ) : (
        <main className="columns">
          <WaitingColumn snapshot={snapshot} booth={booth} />
          <CalledColumn snapshot={snapshot} booth={booth} />
          <InsideColumn snapshot={snapshot} booth={booth} />
        </main>
      )}
      {dialog === 'add-visitor' && booth !== null ? <AddVisitorDialog booth={booth} /> : null}
      {dialog === 'status' ? <StatusPanel snapshot={snapshot} /> : null}
      {dialog === 'booths' ? <BoothPicker snapshot={snapshot} /> : null}
    </div>
  );
}
