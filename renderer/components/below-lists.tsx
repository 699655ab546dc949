import './act-text.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { Elsewhere } from './elsewhere.tsx';
import { ReconnectedLine } from './reconnected-line.tsx';
import { UndoBar } from './undo-bar.tsx';

/** Over the ends of both lists, for a while: no button of theirs moves when it comes or goes. */
export function BelowLists({ snapshot }: { readonly snapshot: Snapshot }) {
  return (
    <div className="below-lists">
      <ReconnectedLine snapshot={snapshot} />
      <Elsewhere snapshot={snapshot} />
      <UndoBar snapshot={snapshot} />
    </div>
  );
}
