import { useId } from 'react';
import type { PassView, Snapshot } from '../../shared/snapshot.ts';
import { useAllText } from '../i18n/i18n.ts';
import { momentText, tookText } from '../i18n/festival-words.ts';

const ROWS = 5;
/** Of the picture, in its own units: each pass has a slot, the newest at the right end. */
const SLOTS = 60;
const SLOT = 8;
const BAR = 6;
const HEIGHT = 48;
const LOWEST = 3;
/** Room for the mark above the bars. */
const TOP = 12;

const settledOf = ({ finished, undone, superseded }: PassView): number => finished + undone + superseded;
const failedOf = ({ kept, quarantined }: PassView): number => kept + quarantined;

/** How the latest passes of all kiosks went: a picture of their lengths, its meaning in words, and the newest in figures. */
export function PassHistory({ snapshot }: { readonly snapshot: Snapshot }) {
  const t = useAllText();
  const captionId = useId();
  const passes = snapshot.monitoring.passes.slice(0, SLOTS);
  if (passes.length === 0) return null;
  const longestMs = Math.max(...passes.map(({ durationMs }) => durationMs));
  const caption = t('festival.strip', { count: passes.length, longest: tookText(t, longestMs), failed: passes.filter((pass) => failedOf(pass) > 0).length });
  return (
    <div className="pass-history" data-testid="pass-history">
      <h4>{t('festival.passes')}</h4>
      <svg className="pass-strip" viewBox={`0 0 ${SLOTS * SLOT} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-labelledby={captionId}>
        {passes.map((pass, index) => (
          <PassBar key={`${pass.endedAt} ${index}`} pass={pass} x={(SLOTS - 1 - index) * SLOT} longestMs={longestMs} />
        ))}
      </svg>
      <p id={captionId} className="muted">
        {caption}
      </p>
      <table className="pass-table">
        <thead>
          <tr>
            {(['when', 'took', 'settled', 'failed'] as const).map((column) => (
              <th key={column} scope="col">
                {t(`festival.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {passes.slice(0, ROWS).map((pass, index) => (
            <tr key={`${pass.endedAt} ${index}`} data-failed={failedOf(pass) > 0}>
              <td>{momentText(pass.endedAt, snapshot.now, snapshot.timeZone)}</td>
              <td>{tookText(t, pass.durationMs)}</td>
              <td>{settledOf(pass)}</td>
              <td>{failedOf(pass)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The longer the pass, the higher, by the root: one long pass must not flatten the rest. One with failures has a mark above, not only another colour. */
function PassBar({ pass, x, longestMs }: { readonly pass: PassView; readonly x: number; readonly longestMs: number }) {
  const room = HEIGHT - TOP;
  const height = Math.max(LOWEST, longestMs === 0 ? 0 : room * Math.sqrt(pass.durationMs / longestMs));
  const top = HEIGHT - height;
  const failed = failedOf(pass) > 0;
  return (
    <g className="pass-bar" data-failed={failed}>
      <rect x={x} y={top} width={BAR} height={height} />
      {failed ? <path d={`M${x} ${top - 10}h${BAR}l${-BAR / 2} 7z`} /> : null}
    </g>
  );
}
