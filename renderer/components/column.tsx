import { useId, type ReactNode } from 'react';
import { staleSince } from '../board.ts';
import { useLedgerNow } from '../clock.ts';
import { useText } from '../i18n/i18n.ts';
import { clockTime } from '../i18n/words.ts';
import { useScreen } from '../store.ts';

interface ColumnProps {
  readonly name: 'waiting' | 'called' | 'inside';
  readonly title: string;
  readonly count: number;
  /** When its list was read, by the history store's clock. Null: never, and how many there are is not known. */
  readonly readAt: number | null;
  /** A line beside the count; it gives way to the age of a list that is out of date. */
  readonly aside?: string;
  /** A button of the whole station, beside its title. */
  readonly tool?: ReactNode;
  readonly children: ReactNode;
}

/** One of the three stations of a visit, with its count large enough for arm's length. */
export function Column({ name, title, count, readAt, aside, tool = null, children }: ColumnProps) {
  const headingId = useId();
  return (
    <section className={`column column-${name}`} aria-labelledby={headingId}>
      <div className="column-head">
        <h2 id={headingId}>
          <span className="column-title">{title}</span> <span className="column-count">{readAt === null ? '–' : count}</span>
        </h2>
        <Aside readAt={readAt} text={aside ?? ''} />
        {tool}
      </div>
      {children}
    </section>
  );
}

function Aside({ readAt, text }: { readonly readAt: number | null; readonly text: string }) {
  const t = useText();
  const now = useLedgerNow();
  const timeZone = useScreen((state) => state.snapshot?.timeZone ?? 'UTC');
  const since = staleSince(readAt, now);
  if (since === null) return text === '' ? null : <p className="column-aside">{text}</p>;
  return <p className="column-aside stale">{t('list.asOf', { time: clockTime(since, timeZone) })}</p>;
}
