import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { CredentialFault } from './credential-fault.js';

/** Enough for a certificate with its chain; more is a mistaken path. */
const MAX_BYTES = 1024 * 1024;

/**
 * Files that are read again when they change. They are looked at instead of watched: a watch holds on to what a
 * path meant when it began, and Kubernetes replaces a mounted secret by turning a symbolic link above it.
 */
export class FileVersions {
  #read: string | undefined;

  constructor(private readonly paths: readonly string[]) {}

  /** What the files hold, in their order. @throws CredentialFault */
  async read(): Promise<Buffer[]> {
    const version = await this.version();
    const contents = await Promise.all(this.paths.map(readBounded));
    this.#read = version;
    return contents;
  }

  /** Whether one of them is another than the one that was read; a file that is gone for a moment is not. */
  async hasChanged(): Promise<boolean> {
    try {
      return (await this.version()) !== this.#read;
    } catch {
      return false;
    }
  }

  /** Reads anew whatever {@link read} gave: it could not be used. */
  forget(): void {
    this.#read = undefined;
  }

  private async version(): Promise<string> {
    const stats = await Promise.all(
      this.paths.map((path) => orFault(path, () => stat(path, { bigint: true }))),
    );
    return stats
      .map(({ dev, ino, size, mtimeNs, ctimeNs }) => [dev, ino, size, mtimeNs, ctimeNs].join(' '))
      .join();
  }
}

async function readBounded(path: string): Promise<Buffer> {
  const content = await orFault(path, () => contentOf(path));
  if (!content) throw new CredentialFault(`cannot read ${path}, which is no regular file; check the path.`);
  if (content.length > MAX_BYTES) {
    throw new CredentialFault(`cannot read ${path}, which has more than ${MAX_BYTES} bytes; check the path.`);
  }
  return content;
}

/** One byte more than is allowed at the most; `undefined` for a pipe, a device or a folder, which may have no end. */
async function contentOf(path: string): Promise<Buffer | undefined> {
  // Without O_NONBLOCK, which Windows does not have, opening a pipe waits for whoever writes to it.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!(await file.stat()).isFile()) return undefined;
    const chunks = await file.createReadStream({ end: MAX_BYTES, autoClose: false }).toArray();
    return Buffer.concat(chunks as Buffer[]);
  } finally {
    await file.close();
  }
}

async function orFault<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new CredentialFault(`cannot read ${path} (${reason}); check the path and its permissions.`, {
      cause,
    });
  }
}
