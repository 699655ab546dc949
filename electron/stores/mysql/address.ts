import { StoreFailure } from '../../core/ports.ts';
import { type TlsOptions, tlsOptions } from '../tls.ts';

/** Where the ledger is and who asks. Never logged: it holds the password. */
export interface LedgerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Null: plain text. */
  readonly tls: TlsOptions | null;
}

const DEFAULT_PORT = 3306;

/**
 * Reads `mysql://user:password@host:port/database` (or `mariadb://`), percent-encoded; `?tls=true` asks for an encrypted connection,
 * for which `tlsCa` holds the only authorities to trust, as PEM; null: those every program trusts.
 * Throws a StoreFailure LEDGER_UNFIT that repeats nothing of the text, because the text holds a password.
 */
export function parseLedgerUrl(url: string, tlsCa: string | null = null): LedgerAddress {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['mysql:', 'mariadb:'].includes(parsed.protocol) || parsed.hostname === '') {
    throw unfit('The ledger address must look like mysql://user:password@host:3306/database.');
  }
  const database = decode(parsed.pathname.slice(1));
  if (database === '' || database.includes('/')) throw unfit('The ledger address names no database: add /database at its end.');
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: parsed.port === '' ? DEFAULT_PORT : Number(parsed.port),
    user: decode(parsed.username),
    password: decode(parsed.password),
    database,
    tls: parsed.searchParams.get('tls') === 'true' ? tlsOptions(tlsCa) : null,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unfit('The ledger address holds a % that is not followed by two hexadecimal digits: write it as %25.');
  }
}

function unfit(message: string): StoreFailure {
  return new StoreFailure('LEDGER_UNFIT', message, 'no');
}
