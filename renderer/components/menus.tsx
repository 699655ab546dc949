import type { Snapshot } from '../../shared/snapshot.ts';
import { useScreen } from '../store.ts';
import { followArrowKeys } from './arrow-keys.ts';
import { CallsMenu } from './calls-menu.tsx';
import { GoneMenu } from './gone-menu.tsx';
import { GoneSheet } from './gone-sheet.tsx';
import { keepFocus } from './keep-focus.ts';
import { LeftoversSheet } from './leftovers-sheet.tsx';
import { QueueSheet } from './queue-sheet.tsx';
import { ReportSheet } from './report-sheet.tsx';
import { CalledMenu, WaitingMenu } from './visitor-menu.tsx';

followArrowKeys();
keepFocus();

/** The sheet that is open, and the menu over it. */
export function Menus({ snapshot }: { readonly snapshot: Snapshot }) {
  const dialog = useScreen((state) => state.dialog);
  const { booth } = snapshot;
  return (
    <>
      {dialog === 'queue' && booth !== null ? <QueueSheet snapshot={snapshot} booth={booth} /> : null}
      {dialog === 'gone' && booth !== null ? <GoneSheet snapshot={snapshot} booth={booth} /> : null}
      {dialog === 'leftovers' && booth !== null ? <LeftoversSheet key={booth.id} snapshot={snapshot} booth={booth} /> : null}
      {dialog === 'report' ? <ReportSheet snapshot={snapshot} /> : null}
      <Menu snapshot={snapshot} />
    </>
  );
}

function Menu({ snapshot }: { readonly snapshot: Snapshot }) {
  const menu = useScreen((state) => state.menu);
  if (menu?.of === 'called') return <CalledMenu key={menu.visit.waitingId} snapshot={snapshot} boothId={menu.boothId} visit={menu.visit} />;
  if (menu?.of === 'waiting') return <WaitingMenu key={menu.entry.userId} snapshot={snapshot} boothId={menu.boothId} entry={menu.entry} />;
  if (menu === null || snapshot.booth?.id !== menu.boothId) return null;
  if (menu.of === 'gone') return <GoneMenu key={menu.entry.waitingId} snapshot={snapshot} booth={snapshot.booth} entry={menu.entry} />;
  return <CallsMenu snapshot={snapshot} booth={snapshot.booth} />;
}
