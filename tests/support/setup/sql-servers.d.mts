export declare const FETCHED: Readonly<Record<'mysql' | 'mariadb-next', { readonly product: string; readonly suite: string; readonly package: string }>>;
export declare function ensureSqlServers(): void;
export declare function whyMissing(): string;
