import { useEffect } from 'react';
import { BoothHeader } from '../components/booth-header.tsx';
import { CalledColumn } from '../components/called-column.tsx';
import { InsideColumn } from '../components/inside-column.tsx';
import { later } from '../components/later.tsx';
import { NoBooth } from '../components/no-booth.tsx';
import { OutageBanner } from '../components/outage-banner.tsx';
import { WaitingColumn } from '../components/waiting-column.tsx';
import { withLaterWords } from '../i18n/i18n.ts';
import { useScreen } from '../store.ts';

/** The board itself must be there at once; these may come a moment later. */
const AddVisitorDialog = later(async () => (await withLaterWords(import('../components/add-visitor-dialog.tsx'))).AddVisitorDialog);
const Scanner = later(async () => (await withLaterWords(import('../components/scanner-input.tsx'))).ScannerInput);
const StatusPanel = later(async () => (await withLaterWords(import('../components/status-panel.tsx'))).StatusPanel);
const BoothPicker = later(async () => (await withLaterWords(import('../components/booth-picker.tsx'))).BoothPicker);
const Menus = later(async () => (await withLaterWords(import('../components/menus.tsx'))).Menus);
const BelowLists = later(async () => (await withLaterWords(import('../components/below-lists.tsx'))).BelowLists);
const LostQueueBanner = later(async () => (await withLaterWords(import('../components/lost-queue-banner.tsx'))).LostQueueBanner);
const PhaseSheet = later(async () => (await withLaterWords(import('../components/phase-sheet.tsx'))).PhaseSheet);
const LeftoversBanner = later(async () => (await withLaterWords(import('../components/leftovers-banner.tsx'))).LeftoversBanner);
const StaffChooser = later(async () => (await withLaterWords(import('../components/staff-chooser.tsx'))).StaffChooser);

/** The main job: the next visitor, who was called, who is inside. */
export function BoothScreen() {
  const snapshot = useScreen((state) => state.snapshot);
  const dialog = useScreen((state) => state.dialog);
  useEffect(() => {
    // Ready before the first tap: a scanner types at once. One that cannot be read is told when it is opened.
    for (const part of [Menus, BelowLists, LostQueueBanner, AddVisitorDialog, StatusPanel, BoothPicker, PhaseSheet, StaffChooser]) part.preload().catch(() => undefined);
  }, []);
  if (snapshot === null) return null;
  const { booth } = snapshot;
  return (
    <div className="booth-screen">
      <BoothHeader booth={booth} />
      <OutageBanner snapshot={snapshot} />
      {booth === null || booth.lostQueue === null ? null : <LostQueueBanner waitingBefore={booth.lostQueue.waitingBefore} />}
      {booth?.leftovers ? <LeftoversBanner leftovers={booth.leftovers} /> : null}
      {booth === null ? (
        <NoBooth snapshot={snapshot} />
      ) : (
        <main className="columns">
          <WaitingColumn snapshot={snapshot} booth={booth} />
          <CalledColumn snapshot={snapshot} booth={booth} />
          <InsideColumn snapshot={snapshot} booth={booth} />
          <BelowLists snapshot={snapshot} />
        </main>
      )}
      <Scanner />
      {dialog === 'add-visitor' && booth !== null ? <AddVisitorDialog booth={booth} /> : null}
      <Menus snapshot={snapshot} />
      {dialog === 'status' ? <StatusPanel snapshot={snapshot} /> : null}
      {dialog === 'booths' ? <BoothPicker snapshot={snapshot} /> : null}
      {dialog === 'phase' && booth !== null ? <PhaseSheet snapshot={snapshot} booth={booth} /> : null}
      {dialog === 'staff' && snapshot.staff.names.length > 0 ? <StaffChooser staff={snapshot.staff} /> : null}
    </div>
  );
}
