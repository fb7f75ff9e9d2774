import { afterEach, describe, expect, it } from 'vitest';
import { runCommandLine, type CommandLineResult } from './command-line.js';

const TENANT = '11111111-2222-4333-8444-555555555555';

describe('the command line', () => {
  const results: CommandLineResult[] = [];
  const run = async (...args: string[]): Promise<CommandLineResult> => {
    const result = await runCommandLine(args);
    results.push(result);
    return result;
  };
  afterEach(async () => {
    for (const { emulator } of results.splice(0)) {
      await emulator?.stop();
    }
  });

  it('starts an emulator and says where it is', async () => {
    const { output, exitCode, emulator } = await run('--port', '0', '--tenant', TENANT);
    expect(exitCode).toBe(0);
    expect(output?.split('\n')).toEqual([
      `Entra emulator listens on ${emulator?.url}`,
      `Tenant id: ${TENANT}`,
      `CA file:   ${emulator?.caCertificateFile}`,
      '',
      `AZURE_AUTHORITY_HOST=${emulator?.url}`,
      `AZURE_TENANT_ID=${TENANT}`,
      `NODE_EXTRA_CA_CERTS=${emulator?.caCertificateFile}`,
      '',
    ]);
  });

  it('shows its usage', async () => {
    expect(await run('--help')).toMatchObject({ output: expect.stringContaining('Usage:'), exitCode: 0 });
  });

  it.each([
    [['--port', 'abc'], "--port must be a number from 0 to 65535, but is 'abc'."],
    [['--port', '65536'], "--port must be a number from 0 to 65535, but is '65536'."],
    [['--tenant', 'x'], "--tenant must be a GUID, but is 'x'."],
    [['--nope'], "Unknown option '--nope'. See --help."],
  ])('refuses %j', async (args, complaint) => {
    expect(await run(...args)).toEqual({ complaint, exitCode: 2 });
  });

  it('says when the port is taken', async () => {
    const { emulator } = await run('--port', '0');
    const port = new URL(emulator?.url ?? '').port;
    expect(await run('--port', port)).toEqual({
      complaint: `Port ${port} is in use; choose another with --port.`,
      exitCode: 1,
    });
  });
});
