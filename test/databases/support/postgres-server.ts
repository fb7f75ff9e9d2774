import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort, until } from '../../support/redis-server.js';
import { endWithTests, type DatabaseServer } from './database-server.js';

/** Where Debian puts the programs of its versions of PostgreSQL, each in a folder of its number. */
const DEBIAN = '/usr/lib/postgresql';

/** Starts a PostgreSQL with a database of its own, and waits until it takes connections. */
export async function startPostgres(): Promise<DatabaseServer> {
  const [newest] = readdirSync(DEBIAN).toSorted((one, other) => Number(other) - Number(one));
  const bin = join(DEBIAN, newest ?? '', 'bin');
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-entra-postgres-'));
  // PostgreSQL does not run as root.
  const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  execFileSync(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'api', '-N'], {
    ...user,
    stdio: 'ignore',
  });
  const port = await freePort();
  const start = async () => {
    const args = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder, '-F'];
    const child = spawn(join(bin, 'postgres'), args, { ...user, stdio: 'ignore' });
    endWithTests(child, 'SIGQUIT');
    // It listens before it takes queries.
    await until(
      () => spawnSync(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]).status === 0,
    );
    return child;
  };
  let child = await start();
  const kill = async () => {
    const gone = once(child, 'exit');
    // Immediate shutdown: with SIGKILL its other processes would go on.
    if (child.kill('SIGQUIT')) await gone;
  };
  onTestFinished(async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    url: `postgres://api@127.0.0.1:${port}/postgres`,
    kill,
    restart: async () => {
      child = await start();
    },
  };
}

const idOf = (option: '-u' | '-g') => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
