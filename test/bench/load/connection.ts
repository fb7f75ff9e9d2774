import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One keep-alive connection with one request under way at a time: as little work for a request as can be. */
export class Connection {
  #received = '';
  #done: ((answer: string) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.take(text));
    socket.on('error', (error) => this.#failed?.(error));
    socket.on('close', () => this.#failed?.(new Error('The server closed the connection')));
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Connection(socket);
  }

  /**
   * Sends a GET request and waits for the whole answer.
   * @throws Error unless the answer is 200
   */
  async get(path: string, token: string): Promise<void> {
    this.socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    const answer = await new Promise<string>((resolve, reject) => {
      this.#done = resolve;
      this.#failed = reject;
    });
    if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(`GET ${path} was answered ${answer}`);
  }

  close(): void {
    this.#failed = undefined;
    this.socket.destroy();
  }

  private take(text: string): void {
    this.#received += text;
    const head = this.#received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = /\r\ncontent-length: (\d+)\r\n/i.exec(this.#received)?.[1];
    if (length === undefined) this.#failed?.(new Error(`An answer without length: ${this.#received}`));
    else if (this.#received.length >= head + 4 + Number(length)) {
      const answer = this.#received;
      this.#received = '';
      this.#done?.(answer);
    }
  }
}
