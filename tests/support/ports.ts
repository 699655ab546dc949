import { createServer } from 'node:net';

/** A TCP port of the loopback interface that was free a moment ago; whoever takes it retries when somebody was faster. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** Polls until `condition` gives a truthy value, which it returns; throws with `what` after `deadlineMs`. */
export async function eventually<T>(what: string, condition: () => T | Promise<T>, deadlineMs = 5_000): Promise<NonNullable<T>> {
  const end = performance.now() + deadlineMs;
  let lastError: unknown = null;
  while (performance.now() < end) {
    try {
      const value = await condition();
      if (value) return value;
      lastError = null;
    } catch (error) {
      lastError = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`not within ${deadlineMs} ms: ${what}`, { cause: lastError });
}
