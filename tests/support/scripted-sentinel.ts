/** A sentinel that says what a test tells it to: real ones cannot be made to disagree, or to be out of date, at will. */
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface ScriptedSentinel {
  readonly url: string;
  readonly place: string;
  /** What it answers from now on; null: it knows no primary of that name. */
  says(port: number | null, epoch: number): void;
  /** It accepts connections and never answers. */
  fallsSilent(): void;
  /** Breaks every connection; new ones are taken. */
  hangsUp(): void;
  /** Announces a new primary to all who listen. */
  announces(name: string, port: number): void;
  /** How many listen for announcements. */
  listeners(): number;
  close(): void;
}

/** Starts one that knows no primary yet. */
export async function startScriptedSentinel(): Promise<ScriptedSentinel> {
  let answer: { readonly port: number; readonly epoch: number } | null = null;
  let silent = false;
  const listening = new Set<Socket>();
  const sockets = new Set<Socket>();

  function reply(words: readonly string[], socket: Socket): string {
    const [command = '', verb = ''] = words.map((word) => word.toUpperCase());
    if (command === 'SUBSCRIBE') {
      listening.add(socket);
      return `${list('subscribe', words[1] ?? '').replace('*2', '*3')}:1\r\n`;
    }
    if (command !== 'SENTINEL') return '+OK\r\n';
    if (verb === 'GET-MASTER-ADDR-BY-NAME') return answer === null ? '*-1\r\n' : list('127.0.0.1', String(answer.port));
    return answer === null ? '-ERR No such master with that name\r\n' : list('name', words[2] ?? '', 'config-epoch', String(answer.epoch));
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      listening.delete(socket);
    });
    socket.on('data', (data) => {
      if (silent) return;
      // Each command is an array of texts; those sent here hold no line breaks.
      for (const command of data.toString().split(/^\*\d+\r\n/m).slice(1)) socket.write(reply(command.split('\r\n').filter((_line, index) => index % 2 === 1), socket));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: at } = server.address() as AddressInfo;
  return {
    url: `redis://watcher:any@127.0.0.1:${at}`,
    place: `127.0.0.1:${at}`,
    says(port, epoch) {
      answer = port === null ? null : { port, epoch };
    },
    fallsSilent() {
      silent = true;
    },
    hangsUp() {
      for (const socket of sockets) socket.destroy();
    },
    announces(name, port) {
      for (const socket of listening) socket.write(list('message', '+switch-master', `${name} 127.0.0.1 1 127.0.0.1 ${port}`));
    },
    listeners: () => listening.size,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function list(...texts: readonly string[]): string {
  return `*${texts.length}\r\n${texts.map((text) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`).join('')}`;
}
