/** Certificate and host name are always verified: stated here, because defaults differ and an environment variable can switch them off. */
export interface TlsOptions {
  readonly rejectUnauthorized: true;
  readonly minVersion: 'TLSv1.2';
  readonly ca?: string;
}

/** `ca`: the only authorities to trust, as PEM; null: those every program trusts. */
export function tlsOptions(ca: string | null): TlsOptions {
  return { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(ca === null ? {} : { ca }) };
}
