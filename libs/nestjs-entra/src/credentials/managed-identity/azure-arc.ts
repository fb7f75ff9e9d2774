import { accessSync, constants } from 'node:fs';
import { join, win32 } from 'node:path';
import { CredentialFault } from '../credential-fault.js';
import { FileVersions } from '../file-versions.js';

/** Longer ones are not written by the agent. */
const MAX_KEY_BYTES = 4096;

/** Where the agent of Azure Arc is, and where it keeps the keys that prove a caller's rights on the machine. */
export interface AzureArcPaths {
  readonly agent: string;
  readonly keys: string;
}

/** The paths on this platform; `undefined` where there is no agent. */
export function azureArcPaths(
  platform: NodeJS.Platform = process.platform,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): AzureArcPaths | undefined {
  if (platform === 'linux') return { agent: '/opt/azcmagent/bin/himds', keys: '/var/opt/azcmagent/tokens' };
  const { ProgramFiles: programs, ProgramData: data } = environment;
  if (platform !== 'win32' || !programs || !data) return undefined;
  return {
    agent: win32.join(programs, 'AzureConnectedMachineAgent', 'himds.exe'),
    keys: win32.join(data, 'AzureConnectedMachineAgent', 'Tokens'),
  };
}

/** Whether the agent is installed on this machine. */
export function isArcMachine(paths = azureArcPaths()): boolean {
  if (!paths) return false;
  try {
    accessSync(paths.agent, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The `Authorization` value that answers the agent's challenge, `Basic realm=<file>`: the content of that file, which
 * only privileged users can read. Only a `.key` file right in the folder of the agent is read, whatever the challenge
 * names (Microsoft: "Authenticate against Azure resources with Azure Arc-enabled servers").
 *
 * @throws CredentialFault
 */
export async function answerArcChallenge(
  challenge: string | undefined,
  paths = azureArcPaths(),
): Promise<string> {
  const path = challenge?.startsWith('Basic realm=') ? challenge.slice('Basic realm='.length).trim() : '';
  const name = /[^/\\]+$/.exec(path.slice(-256))?.[0] ?? '';
  const isWindows = paths?.keys.includes('\\') === true;
  const expected = paths && (isWindows ? win32.join(paths.keys, name) : join(paths.keys, name));
  if (expected === undefined || path !== expected || !/^[\w-]{1,128}\.key$/.test(name)) {
    throw new CredentialFault(
      'got a challenge from the agent of Azure Arc that names no key file of the agent; check the agent with "azcmagent show".',
      { isTemporary: true },
    );
  }
  const [content] = await new FileVersions([expected]).read();
  if (!content || content.length > MAX_KEY_BYTES) {
    throw new CredentialFault(`found more than ${MAX_KEY_BYTES} bytes in ${expected}; check the agent.`);
  }
  return `Basic ${content.toString('utf8').trim()}`;
}
