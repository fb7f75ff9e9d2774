import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answerArcChallenge, azureArcPaths, isArcMachine } from './azure-arc.js';

async function agent() {
  const keys = await mkdtemp(join(tmpdir(), 'arc-'));
  onTestFinished(() => rm(keys, { recursive: true }));
  await writeFile(join(keys, 'one.key'), 'the-key\n');
  await writeFile(join(keys, 'long.key'), 'x'.repeat(4097));
  await writeFile(join(keys, 'one.txt'), 'a secret');
  return { agent: join(keys, 'one.key'), keys };
}

describe('answerArcChallenge', () => {
  it('answers with the content of the key file', async () => {
    const paths = await agent();
    expect(await answerArcChallenge(`Basic realm=${paths.keys}/one.key`, paths)).toBe('Basic the-key');
  });

  it.each([
    () => undefined,
    () => '',
    () => 'Bearer realm="x"',
    (keys: string) => `Basic realm=${keys}/one.txt`,
    (keys: string) => `Basic realm=${keys}/sub/../one.key`,
    (keys: string) => `Basic realm=${keys}/../one.key`,
    () => 'Basic realm=/etc/one.key',
    () => 'Basic realm=one.key',
    () => 'Basic realm=/etc/shadow',
    (keys: string) => `Basic realm=${keys}/.key`,
    (keys: string) => `Basic realm=${'/x'.repeat(500_000)}${keys}/one.key`,
  ])('reads nothing for %s', async (challenge) => {
    const paths = await agent();
    await expect(answerArcChallenge(challenge(paths.keys), paths)).rejects.toThrow(
      'got a challenge from the agent of Azure Arc that names no key file of the agent',
    );
  });

  it('reads no key longer than the agent writes, and none that is missing', async () => {
    const paths = await agent();
    await expect(answerArcChallenge(`Basic realm=${paths.keys}/long.key`, paths)).rejects.toThrow(
      'found more than 4096 bytes',
    );
    await expect(answerArcChallenge(`Basic realm=${paths.keys}/no.key`, paths)).rejects.toThrow('ENOENT');
  });
});

describe('azureArcPaths', () => {
  it('knows the agent on Linux and Windows only', () => {
    const windows = { ProgramFiles: 'C:\\Program Files', ProgramData: 'C:\\ProgramData' };
    expect(azureArcPaths('linux', {})).toEqual({
      agent: '/opt/azcmagent/bin/himds',
      keys: '/var/opt/azcmagent/tokens',
    });
    expect(azureArcPaths('win32', windows)).toEqual({
      agent: 'C:\\Program Files\\AzureConnectedMachineAgent\\himds.exe',
      keys: 'C:\\ProgramData\\AzureConnectedMachineAgent\\Tokens',
    });
    expect(azureArcPaths('win32', {})).toBeUndefined();
    expect(azureArcPaths('darwin', windows)).toBeUndefined();
  });

  it('finds the agent where it is installed', async () => {
    const paths = await agent();
    expect(isArcMachine(paths)).toBe(true);
    expect(isArcMachine({ ...paths, agent: `${paths.agent}.no` })).toBe(false);
  });
});
