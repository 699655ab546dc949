/** Servers that are not what their address promises, on free ports of the loopback interface. */
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Stranger {
  readonly port: number;
  close(): Promise<void>;
}

async function listen(server: Server): Promise<Stranger> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A web server. */
export const webServer = (): Promise<Stranger> => listen(createHttpServer((_request, response) => void response.end('hello')));
/** Accepts and says nothing, ever. */
export const silentServer = (): Promise<Stranger> => listen(createServer((socket) => void socket.resume()));
/** Accepts and closes at once. */
export const closingServer = (): Promise<Stranger> => listen(createServer((socket) => void socket.end()));
/** Says what no protocol begins with. */
export const babblingServer = (): Promise<Stranger> => listen(createServer((socket) => void socket.resume().write(Buffer.from('\u0007\u0013ÿþ babble \u0000\u0001\r\n'.repeat(8), 'latin1'))));

/** Answers INFO as a Redis of this version, and everything else with OK. */
export const redisOfVersion = (version: string): Promise<Stranger> =>
  listen(
    createServer((socket) => {
      const info = `# Server\r\nredis_version:${version}\r\nredis_mode:standalone\r\nloading:0\r\nrole:master\r\n`;
      socket.on('data', (chunk) => {
        for (const [, command = ''] of chunk.toString('latin1').matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
          socket.write(command.toLowerCase() === 'info' ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n');
        }
      });
    }),
  );

/** Greets and logs anybody in as a MySQL of this version, and tells it when asked; to everything else it says OK. */
export const mysqlOfVersion = (version: string): Promise<Stranger> =>
  listen(
    createServer((socket) => {
      const text = (value: string): Buffer => Buffer.from([value.length, ...Buffer.from(value, 'latin1')]);
      const send = (first: number, ...payloads: readonly Buffer[]): void => {
        socket.write(Buffer.concat(payloads.map((payload, index) => Buffer.concat([Buffer.from([payload.length, 0, 0, first + index]), payload]))));
      };
      const ok = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
      const end = Buffer.from([0xfe, 0, 0, 2, 0]);
      const column = (name: string): Buffer =>
        Buffer.concat([text('def'), text(''), text(''), text(''), text(name), text(''), Buffer.from([0x0c, 33, 0, 0xff, 0, 0, 0, 0xfd, 0, 0, 0, 0, 0])]);
      const salt = 'a'.repeat(8);
      send(0, Buffer.concat([
        Buffer.from([10]), Buffer.from(`${version}\0\u0001\0\0\0${salt}\0`, 'latin1'),
        Buffer.from([0xff, 0xf7, 33, 2, 0, 0x08, 0, 21]), Buffer.alloc(10), Buffer.from(`${salt}aaaa\0mysql_native_password\0`, 'latin1'),
      ]));
      socket.on('data', (chunk) => {
        // The log-in is the client's second packet of that exchange; each command begins a new one.
        const isLogin = chunk[3] === 1;
        if (isLogin) send(2, ok);
        else if (!chunk.includes('VERSION()')) send(1, ok);
        else send(1, Buffer.from([2]), column('version'), column('flush_log'), end, Buffer.concat([text(version), text('1')]), end);
      });
    }),
  );
