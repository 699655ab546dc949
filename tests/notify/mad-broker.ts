/** A broker that keeps to the protocol for a while, and then does what a test tells it to. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const u32 = (value: number) => Buffer.concat([u16(value >>> 16), u16(value & 65_535)]);
const longText = (text: string) => Buffer.concat([u32(text.length), Buffer.from(text)]);
const shortText = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);

function method(channel: number, classId: number, methodId: number, ...fields: Buffer[]): Buffer {
  const payload = Buffer.concat([u16(classId), u16(methodId), ...fields]);
  return Buffer.concat([Buffer.from([1]), u16(channel), u32(payload.length), payload, Buffer.from([0xce])]);
}

/** What a broker answers, one after the other, until a message is confirmed. */
const ANSWERS = {
  start: method(0, 10, 10, Buffer.from([0, 9]), u32(0), longText('PLAIN'), longText('en_US')),
  tune: method(0, 10, 30, u16(0), u32(131_072), u16(60)),
  'open-ok': method(0, 10, 41, shortText('')),
  'channel-open-ok': method(1, 20, 11, longText('')),
  'confirm-select-ok': method(1, 85, 11),
  'declare-ok': method(1, 50, 11, shortText('booth-call-notifications'), u32(0), u32(0)),
} as const;
export const STAGES = ['greeting', ...Object.keys(ANSWERS)] as const;

export const MADNESS: Readonly<Record<string, (socket: Socket) => void>> = {
  'says something else': (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
  'sends half a frame and hangs up': (socket) => void socket.end(ANSWERS['declare-ok'].subarray(0, 9)),
  'answers what nobody asked': (socket) => void socket.write(Buffer.concat([ANSWERS['declare-ok'], ANSWERS.tune])),
  'confirms what was never sent': (socket) => void socket.write(method(1, 60, 80, u32(0), u32(99), Buffer.from([0]))),
  'closes the channel': (socket) => void socket.write(method(1, 20, 40, u16(541), shortText('INTERNAL_ERROR'), u16(0), u16(0))),
  'closes the connection': (socket) => void socket.write(method(0, 10, 50, u16(541), shortText('INTERNAL_ERROR'), u16(0), u16(0))),
  'hangs up': (socket) => void socket.end(),
  'breaks the connection': (socket) => void socket.resetAndDestroy(),
  'falls silent': () => undefined,
};

/** Gone with the test. `sane`: how many of its answers it still gives. */
export async function startMadBroker(sane: number, goMad: (socket: Socket) => void): Promise<string> {
  const answers = Object.values(ANSWERS);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let heard = 0;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => {
      const answer = heard < sane ? answers[heard] : undefined;
      heard += 1;
      if (answer !== undefined) socket.write(answer);
      else if (heard === sane + 1) goMad(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `amqp://kiosk:hunter2@127.0.0.1:${(server.address() as AddressInfo).port}/festival`;
}
