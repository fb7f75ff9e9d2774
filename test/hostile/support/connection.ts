import { connect, type Socket } from 'node:net';

/** What a server answered, as it stood on the wire. */
export interface Reply {
  readonly status: number;
  /** Names as sent, in order, doubles kept. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly text: string;
  /** Head and body, byte for byte (Latin-1). */
  readonly raw: string;
  /** The one header of that name; fails when there are several. */
  header(name: string): string | null;
  /** The body as JSON; `{}` when it is none. */
  readonly body: Record<string, unknown>;
}

/**
 * One HTTP/1.1 connection that sends what it is given: no client library mends, refuses or joins anything.
 * Requests go one after the other.
 */
export class Connection {
  #received = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    for (const end of ['end', 'close', 'error'])
      socket.on(end, () => {
        this.#ended = true;
        this.#wake();
      });
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new Connection(socket);
  }

  /** Whether the server keeps it open. */
  get isOpen(): boolean {
    return !this.#ended;
  }

  close(): void {
    this.socket.destroy();
  }

  /** Sends a request, line by line, and reads its answer. */
  async send(method: string, path: string, headers: readonly string[], body = ''): Promise<Reply> {
    this.write(method, path, headers, body);
    return this.read(method);
  }

  /** Sends a request and does not wait for its answer. */
  write(method: string, path: string, headers: readonly string[], body = ''): void {
    const lines = [`${method} ${path} HTTP/1.1`, 'Host: api', ...headers];
    if (body) lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
    this.socket.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1'));
  }

  /** Reads the next answer. */
  async read(method: string): Promise<Reply> {
    let end = this.#received.indexOf('\r\n\r\n');
    while (end < 0) {
      await this.more('head');
      end = this.#received.indexOf('\r\n\r\n');
    }
    const head = this.#received.toString('latin1', 0, end);
    const [statusLine = '', ...lines] = head.split('\r\n');
    const headers = lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
    });
    this.#received = this.#received.subarray(end + 4);
    const status = Number(statusLine.split(' ')[1]);
    const header = (name: string): string | null => {
      const found = headers.filter(([other]) => other.toLowerCase() === name);
      if (found.length > 1) throw new Error(`${name} was sent ${found.length} times`);
      return found[0]?.[1] ?? null;
    };
    const bytes = method === 'HEAD' || status === 204 ? Buffer.alloc(0) : await this.body(header);
    const text = bytes.toString('utf8');
    const raw = `${head}\r\n\r\n${bytes.toString('latin1')}`;
    return { status, headers, text, raw, header, body: parsed(text) };
  }

  private async body(header: (name: string) => string | null): Promise<Buffer> {
    if (header('transfer-encoding')) throw new Error('The answers here are short, and none is chunked');
    const length = header('content-length');
    while (length === null ? !this.#ended : this.#received.length < Number(length)) await this.more('body');
    const bytes = this.#received.subarray(0, length === null ? undefined : Number(length));
    this.#received = this.#received.subarray(bytes.length);
    return bytes;
  }

  private async more(what: string): Promise<void> {
    if (this.#ended) throw new Error(`The connection ended before the ${what} was complete`);
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      this.#wake = resolve;
      timer = setTimeout(() => reject(new Error(`No ${what} within 20 seconds`)), 20_000);
    });
    clearTimeout(timer);
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
