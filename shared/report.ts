/** What happened at the booths on one day, in figures: it names no visitor. */

export interface ReportFigures {
  readonly called: number;
  /** Of these: let in; and those of them who have left again. */
  readonly entered: number;
  readonly completed: number;
  readonly noShow: number;
  readonly cancelled: number;
  /** Gave up their place while waiting. Null: longer ago than registrations are kept. */
  readonly left: number | null;
  /** From registration to call, in whole seconds. Null when nobody's wait is known. */
  readonly medianWaitS: number | null;
  readonly p90WaitS: number | null;
}

export interface BoothReport extends ReportFigures {
  readonly boothId: number;
  readonly name: string;
  /** Hours of the day in which anything happened, the first first. */
  readonly hours: readonly (ReportFigures & { readonly hour: number })[];
  /** Visits that cannot be read and are not counted, as the history names them: `waiting 12`. */
  readonly unreadable: readonly string[];
}

export interface DayReport {
  /** As 2026-05-21, in the festival's time zone. */
  readonly date: string;
  readonly booths: readonly BoothReport[];
}
