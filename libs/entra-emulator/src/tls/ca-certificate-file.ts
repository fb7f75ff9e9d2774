import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Writes the PEM into a fresh directory, for `NODE_EXTRA_CA_CERTS`, and gives back its path. */
export async function writeCaCertificateFile(pem: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'entra-emulator-'));
  const file = join(directory, 'ca.pem');
  await writeFile(file, pem);
  return file;
}

/** Removes the file and its directory. */
export async function removeCaCertificateFile(file: string): Promise<void> {
  await rm(dirname(file), { recursive: true, force: true });
}
