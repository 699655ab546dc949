/** A receiver of webhooks that does what a test tells it to, and keeps what it was sent. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Receiver {
  /** With a secret in user, password, path and query. */
  readonly url: string;
  readonly received: readonly Received[];
}

export const SECRETS = ['hunter2', 'T0123456/B0123456/s3cr3tT0ken', 's3cr3tT0ken', 'kEy12345'];

/** Gone with the test. */
export async function startReceiver(answer: (response: ServerResponse, nth: number) => void): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      received.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
      answer(response, received.length);
    });
  });
  return { url: await listening(server), received };
}

/** One that speaks whatever it likes. */
export async function startPlainServer(onSocket: (socket: Socket) => void): Promise<string> {
  return listening(createTcpServer((socket) => {
    socket.on('error', () => undefined);
    onSocket(socket);
  }));
}

async function listening(server: Server): Promise<string> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://user:hunter2@127.0.0.1:${(server.address() as AddressInfo).port}/services/T0123456/B0123456/s3cr3tT0ken?key=kEy12345`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
