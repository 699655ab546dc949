/**
 * A TCP proxy in front of a store that can fail in every way a network does.
 * Nothing is parsed: it works for Redis and MySQL alike.
 */
import { connect, createServer, type Socket } from 'node:net';

type ProxyMode =
  | 'pass'
  /** New connections are reset, open ones too: the request never ran. */
  | 'refuse'
  /** Requests wait here and go on when the mode changes; replies pass. */
  | 'hold'
  /** Requests run, replies are swallowed for good: that connection's answers are lost. */
  | 'drop-replies';

export interface FaultProxy {
  readonly port: number;
  readonly mode: ProxyMode;
  setMode(mode: ProxyMode): void;
  /** One way, for each direction: a round trip takes twice this. */
  delayMs: number;
  /** Breaks every open connection now. */
  reset(): void;
  /** Client to server, since the last resetCounters(). */
  readonly counters: { readonly writes: number; readonly bytes: number; readonly replies: number };
  resetCounters(): void;
  readonly connections: number;
  /**
   * Sees each chunk a client sends, before it goes on. 'reset' breaks the connection instead of passing the chunk on;
   * 'drop-replies' passes it and swallows what comes back on this connection from then on.
   */
  onClientData: ((chunk: Buffer) => 'reset' | 'drop-replies' | void) | null;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  readonly held: Buffer[];
  silent: boolean;
}

/** Listens on a free port of the loopback interface and passes everything on to `targetPort`. */
export async function startProxy(targetPort: number): Promise<FaultProxy> {
  const pairs = new Set<Pair>();
  const counters = { writes: 0, bytes: 0, replies: 0 };
  let mode: ProxyMode = 'pass';

  function later(action: () => void): void {
    if (proxy.delayMs > 0) setTimeout(action, proxy.delayMs);
    else action();
  }
  function breakPair(pair: Pair): void {
    pairs.delete(pair);
    pair.client.resetAndDestroy();
    pair.server.destroy();
  }
  function toServer(pair: Pair, chunk: Buffer): void {
    later(() => {
      if (!pair.server.destroyed) pair.server.write(chunk);
    });
  }
  function release(pair: Pair): void {
    for (const chunk of pair.held.splice(0)) toServer(pair, chunk);
    if (!pair.client.destroyed) return;
    pairs.delete(pair);
    later(() => pair.server.end());
  }
  function fromClient(pair: Pair, chunk: Buffer): void {
    counters.writes += 1;
    counters.bytes += chunk.length;
    const verdict = proxy.onClientData?.(chunk);
    if (verdict === 'reset') return breakPair(pair);
    if (verdict === 'drop-replies' || mode === 'drop-replies') pair.silent = true;
    if (mode === 'hold') pair.held.push(chunk);
    else toServer(pair, chunk);
  }
  function fromServer(pair: Pair, chunk: Buffer): void {
    if (pair.silent || mode === 'drop-replies') return;
    counters.replies += 1;
    later(() => {
      if (!pair.client.destroyed) pair.client.write(chunk);
    });
  }
  function accept(client: Socket): void {
    client.on('error', () => undefined);
    if (mode === 'refuse') return void client.resetAndDestroy();
    const server = connect({ port: targetPort, host: '127.0.0.1' });
    const pair: Pair = { client, server, held: [], silent: false };
    pairs.add(pair);
    client.setNoDelay(true);
    server.setNoDelay(true);
    server.on('error', () => breakPair(pair));
    client.on('data', (chunk: Buffer) => fromClient(pair, chunk));
    server.on('data', (chunk: Buffer) => fromServer(pair, chunk));
    client.on('close', () => {
      // What is held here outlives its sender: it arrives late, as packets do.
      if (pair.held.length > 0) return;
      pairs.delete(pair);
      later(() => server.destroy());
    });
    // A reply on its way must arrive before the end that follows it.
    server.on('close', () => later(() => setImmediate(() => client.destroy())));
  }

  const listener = createServer(accept);
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', resolve);
  });
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');

  const proxy: FaultProxy = {
    port: address.port,
    get mode() {
      return mode;
    },
    setMode(next) {
      mode = next;
      if (next === 'refuse') proxy.reset();
      if (next === 'hold') return;
      for (const pair of [...pairs]) release(pair);
    },
    delayMs: 0,
    reset() {
      for (const pair of [...pairs]) breakPair(pair);
    },
    counters,
    resetCounters: () => void Object.assign(counters, { writes: 0, bytes: 0, replies: 0 }),
    get connections() {
      return pairs.size;
    },
    onClientData: null,
    async close() {
      proxy.reset();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
  return proxy;
}
