/** Certificates made for a test: an authority, and what servers show that it signed, or somebody else did. Gone with the test. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate, type SelfsignedOptions } from 'selfsigned';

const DAY_MS = 86_400_000;
const KEYS = { keyType: 'ec', algorithm: 'sha256' } as const satisfies SelfsignedOptions;

/** Files, as servers want them. */
export interface ServerCertificate {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Certificates {
  /** The authority's own certificate: what a kiosk is told to trust. */
  readonly caFile: string;
  /** For localhost and 127.0.0.1. */
  readonly good: ServerCertificate;
  /** For another host name and address. */
  readonly otherHost: ServerCertificate;
  /** For localhost, but not for any address. */
  readonly nameOnly: ServerCertificate;
  /** For localhost, signed by itself. */
  readonly selfSigned: ServerCertificate;
  /** Good until this instant (epoch ms): servers refuse to load one that is over already. */
  expiringAt(atMs: number): Promise<ServerCertificate>;
  remove(): void;
}

/** Makes them all in a folder that every user may read: servers of tests run as nobody. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-certificates-'));
  chmodSync(folder, 0o755);
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o644 });
    return path;
  };
  const authority = await generate([{ name: 'commonName', value: 'Festival authority' }], {
    ...KEYS,
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }, { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true }],
  });
  const ca = { key: authority.private, cert: authority.cert };

  async function serverCertificate(file: string, host: string, addresses: readonly string[], more: SelfsignedOptions): Promise<ServerCertificate> {
    const made = await generate([{ name: 'commonName', value: host }], {
      ...KEYS,
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: host }, ...addresses.map((ip) => ({ type: 7 as const, ip }))] },
      ],
      ...more,
    });
    return { certFile: write(`${file}.crt`, made.cert), keyFile: write(`${file}.key`, made.private) };
  }

  return {
    caFile: write('ca.crt', authority.cert),
    good: await serverCertificate('good', 'localhost', ['127.0.0.1'], { ca }),
    otherHost: await serverCertificate('other', 'elsewhere.example', ['192.0.2.1'], { ca }),
    nameOnly: await serverCertificate('name', 'localhost', [], { ca }),
    selfSigned: await serverCertificate('self', 'localhost', ['127.0.0.1'], {}),
    expiringAt: (atMs) => serverCertificate('expiring', 'localhost', ['127.0.0.1'], { ca, notBeforeDate: new Date(atMs - DAY_MS), notAfterDate: new Date(atMs) }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
