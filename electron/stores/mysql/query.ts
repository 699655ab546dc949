/** What a statement is given and what it answers, as the rest of this folder sees it. */

export type Row = Readonly<Record<string, unknown>>;

export interface Reply {
  readonly rows: readonly Row[];
  readonly affected: number;
  readonly insertId: number;
}

export type SqlValue = string | number | null | readonly string[] | readonly number[];

/** Sends one statement. Rejects with the driver's error, so that the caller can look at its number. */
export type Query = (sql: string, values?: readonly SqlValue[]) => Promise<Reply>;
