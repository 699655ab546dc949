export interface SqlProgram {
  /** The program, and what comes before its own options. */
  readonly command: readonly string[];
  /** The /usr it was unpacked into, when it is not installed where it expects its files; else null. */
  readonly tree: string | null;
}
export type SqlLane = 'mariadb' | 'mysql' | 'mariadb-next';
export declare function serverCache(): string;
export declare function findSqlServer(lane: SqlLane): SqlProgram | null;
export declare function unpackedServer(folder: string): SqlProgram | null;
