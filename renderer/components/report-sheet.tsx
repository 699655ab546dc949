import { ChevronLeft, ChevronRight, FileDown } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReportAnswer, ReportRequest, SavedReport } from '../../shared/channels.ts';
import type { AppError } from '../../shared/errors.ts';
import type { ReportFigures } from '../../shared/report.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { request } from '../api.ts';
import { dayText, neighbourOf } from '../i18n/festival-words.ts';
import { useAllText, type TranslateAll } from '../i18n/i18n.ts';
import { ageText, errorText, isolate } from '../i18n/words.ts';
import { Modal } from './modal.tsx';
import { TouchButton } from './touch-button.tsx';

const COUNTS = ['called', 'entered', 'noShow', 'cancelled', 'left'] as const;
const WAITS = ['medianWaitS', 'p90WaitS'] as const;
const ALL = 'all';

/** What happened on a day, by the hour at a booth, or booth by booth; and the same as a file. */
export function ReportSheet({ snapshot }: { readonly snapshot: Snapshot }) {
  const t = useAllText();
  const [wanted, setWanted] = useState<ReportRequest>({ date: null, boothId: snapshot.booth?.id ?? null });
  const { value, error } = useReport(wanted);
  const date = wanted.date ?? value?.date ?? null;
  const go = (days: number): void => {
    if (date !== null) setWanted({ ...wanted, date: neighbourOf(date, days) });
  };
  return (
    <Modal title={t('report.title')} shape="sheet">
      <div className="report-tools">
        <div className="report-day">
          <TouchButton className="icon-button" aria-label={t('report.dayBefore')} blocked={date === null} data-testid="day-before" onTap={() => go(-1)}>
            <ChevronLeft aria-hidden="true" />
          </TouchButton>
          <strong data-testid="report-day">{date === null ? '' : dayText(date)}</strong>
          <TouchButton className="icon-button" aria-label={t('report.dayAfter')} blocked={value === null || date === null || date >= value.today} data-testid="day-after" onTap={() => go(1)}>
            <ChevronRight aria-hidden="true" />
          </TouchButton>
        </div>
        <label className="field">
          <span>{t('report.of')}</span>
          <select data-testid="report-booth" value={String(wanted.boothId ?? ALL)} onChange={({ target }) => setWanted({ ...wanted, boothId: target.value === ALL ? null : Number(target.value) })}>
            <option value={ALL}>{t('report.allBooths')}</option>
            {snapshot.booths.map((booth) => (
              <option key={booth.id} value={booth.id}>
                {isolate(booth.name)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <p role="status" className="muted">
        {value === null && error === null ? t('list.reading') : ''}
      </p>
      {error === null ? null : <p className="hint hint-bad">{errorText(t, error, snapshot)}</p>}
      {value === null ? null : <Figures report={value} byHour={wanted.boothId !== null} />}
      {value === null || date === null ? null : <SaveButton key={`${date} ${wanted.boothId}`} wanted={{ ...wanted, date }} snapshot={snapshot} />}
    </Modal>
  );
}

interface Read {
  readonly value: ReportAnswer | null;
  readonly error: AppError | null;
}

/** Nothing of another day or booth is shown meanwhile: figures must belong to what stands above them. */
function useReport({ date, boothId }: ReportRequest): Read {
  const [read, setRead] = useState<Read & { readonly of: string }>({ value: null, error: null, of: '' });
  const of = `${date} ${boothId}`;
  useEffect(() => {
    let isOver = false;
    void request('report:read', { date, boothId }).then((answer) => {
      if (!isOver) setRead(answer.ok ? { value: answer.value, error: null, of } : { value: null, error: answer.error, of });
    });
    return () => {
      isOver = true;
    };
  }, [date, boothId, of]);
  return read.of === of ? read : { value: null, error: null };
}

function Figures({ report, byHour }: { readonly report: ReportAnswer; readonly byHour: boolean }) {
  const t = useAllText();
  const [first] = report.booths;
  const unreadable = report.booths.flatMap((booth) => booth.unreadable);
  if (byHour && first !== undefined && first.hours.length === 0 && unreadable.length === 0) return <p data-testid="report-empty">{t('report.nothing')}</p>;
  const rows: readonly (readonly [key: string, name: string, figures: ReportFigures])[] =
    byHour && first !== undefined
      ? [...first.hours.map((each) => [`${each.hour}`, t('report.hour', { from: String(each.hour).padStart(2, '0') }), each] as const), ['day', t('report.wholeDay'), first] as const]
      : report.booths.map((booth) => [`${booth.boothId}`, isolate(booth.name), booth] as const);
  return (
    <>
      <table className="report-table" data-testid="report-table">
        <thead>
          <tr>
            <th scope="col">{t(byHour ? 'report.time' : 'report.booth')}</th>
            {COUNTS.map((column) => (
              <th key={column} scope="col">
                {t(`report.${column}`)}
              </th>
            ))}
            {WAITS.map((column) => (
              <th key={column} scope="col">
                {t(`report.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([key, name, figures]) => (
            <tr key={key} data-whole={key === 'day'}>
              <th scope="row">{name}</th>
              {COUNTS.map((column) => (
                <td key={column}>{figures[column] ?? '–'}</td>
              ))}
              {WAITS.map((column) => (
                <td key={column}>{waitText(t, figures[column])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="muted">{t(report.booths.some(({ left }) => left === null) ? 'report.hintOld' : 'report.hint')}</p>
      {unreadable.length === 0 ? null : <p className="hint hint-bad">{t('report.unreadable', { count: unreadable.length, which: unreadable.slice(0, 5).join(', ') })}</p>}
    </>
  );
}

function waitText(t: TranslateAll, seconds: number | null): string {
  return seconds === null ? '–' : ageText(t, seconds * 1_000);
}

/** The file is made by the main process, where the person says in the dialog of the system. */
function SaveButton({ wanted, snapshot }: { readonly wanted: ReportRequest; readonly snapshot: Snapshot }) {
  const t = useAllText();
  const [saved, setSaved] = useState<'no' | 'asking' | SavedReport | AppError>('no');
  const save = async (): Promise<void> => {
    setSaved('asking');
    const answer = await request('report:save', wanted);
    setSaved(answer.ok ? answer.value : answer.error);
  };
  const result = saved === 'no' || saved === 'asking' ? '' : 'code' in saved ? errorText(t, saved, snapshot) : saved.outcome === 'cancelled' ? '' : t(`report.${saved.outcome}`, { file: isolate(saved.file) });
  return (
    <div className="report-save">
      <TouchButton className="button" data-testid="save-report" busy={saved === 'asking'} onTap={() => void save()}>
        <FileDown aria-hidden="true" />
        <span>{t('report.save')}</span>
      </TouchButton>
      <p role="status" data-testid="report-saved">
        {result}
      </p>
    </div>
  );
}
