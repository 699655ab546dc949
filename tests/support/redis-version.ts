/** What a running Redis or Valkey says it is. */
import { connect } from 'node:net';

const PATIENCE_MS = 1_000;

/** Null when it does not tell everybody: it wants a password or TLS. */
export function redisVersion(port: number): Promise<{ readonly product: 'Redis' | 'Valkey'; readonly version: string } | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let said = '';
    const done = (): void => {
      socket.destroy();
      const valkey = /^valkey_version:(\S+)/m.exec(said)?.[1];
      const redis = /^redis_version:(\S+)/m.exec(said)?.[1];
      if (valkey !== undefined) resolve({ product: 'Valkey', version: valkey });
      else resolve(redis === undefined ? null : { product: 'Redis', version: redis });
    };
    socket.once('error', done);
    socket.once('close', done);
    socket.setTimeout(PATIENCE_MS, done);
    // QUIT makes the server close behind its answer.
    socket.once('connect', () => socket.write('INFO server\r\nQUIT\r\n'));
    socket.on('data', (chunk) => (said += chunk.toString('latin1')));
  });
}
