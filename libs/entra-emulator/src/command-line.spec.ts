import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { EntraEmulator } from './entra-emulator.js';
import type { EmulatorSeed } from './seed/emulator-seed.js';
import { runCommandLine, type CommandLineResult } from './command-line.js';

const TENANT = '11111111-2222-4333-8444-555555555555';

function writeText(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'entra-emulator-seed-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'seed.json');
  writeFileSync(file, text);
  return file;
}

function writeSeed(seed: EmulatorSeed): string {
  return writeText(JSON.stringify(seed));
}

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
      `Administration: ${emulator?.url}/admin`,
      `Metadata:       ${emulator?.url}/${TENANT}/v2.0/.well-known/openid-configuration`,
      `Tenant id:      ${TENANT}`,
      `CA file:        ${emulator?.caCertificateFile}`,
      '',
      'Trust its certificate, which was made for this run only:',
      `  Node.js    export NODE_EXTRA_CA_CERTS='${emulator?.caCertificateFile}'`,
      `  curl       --cacert '${emulator?.caCertificateFile}'`,
      `  browsers   open ${emulator?.url}/admin once and accept the warning, or import the CA file`,
      '',
      "For AuthModule.forRoot() and Azure's SDKs:",
      `export AZURE_AUTHORITY_HOST='${emulator?.url}'`,
      `export AZURE_TENANT_ID='${TENANT}'`,
      "export AZURE_CLIENT_ID='11111111-aaaa-4bbb-8ccc-000000000001'",
      "export AZURE_CLIENT_SECRET='sample-api-secret'",
      `export NODE_EXTRA_CA_CERTS='${emulator?.caCertificateFile}'`,
      '',
    ]);
  });

  it.each(['plain', `a'b "c" $HOME \`id\` \\ & ; # x`, '$(id)', "''", ' '])(
    'writes lines that a shell reads as they are meant: secret %j',
    async (secret) => {
      const seed = writeSeed({ applications: [{ clientId: TENANT, clientSecrets: [secret] }] });
      const { output = '' } = await run('--port', '0', '--seed', seed);
      const lines = output.split('\n').filter((line) => line.startsWith('export '));
      const script = `${lines.join('\n')}\nprintf %s "$AZURE_CLIENT_SECRET"`;
      expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(secret);
    },
  );

  it.each(['plain', '$(id)', 'a b', '#x', "it's", '"', 'a~b.c'])(
    'writes a .env file with --dotenv: secret %j',
    async (secret) => {
      const seed = writeSeed({ applications: [{ clientId: TENANT, clientSecrets: [secret] }] });
      const { output = '', emulator } = await run('--port', '0', '--seed', seed, '--dotenv');
      expect(output.split('\n').filter((line) => !/^(#.*|[A-Z_]+=.*|)$/.test(line))).toEqual([]);
      expect(output).toContain('# Node.js reads NODE_EXTRA_CA_CERTS only when it starts');
      expect(parseEnv(output)).toEqual({
        AZURE_AUTHORITY_HOST: emulator?.url,
        AZURE_TENANT_ID: emulator?.tenantId,
        AZURE_CLIENT_ID: TENANT,
        AZURE_CLIENT_SECRET: secret,
        NODE_EXTRA_CA_CERTS: emulator?.caCertificateFile,
      });
    },
  );

  it('says in one sentence that the port is taken, in the API as well', async () => {
    const { emulator } = await run('--port', '0');
    const port = Number(new URL(emulator?.url ?? '').port);
    await expect(EntraEmulator.start({ port })).rejects.toMatchObject({
      message: `Port ${port} is in use; choose another one, or 0 for one that is free.`,
      code: 'EADDRINUSE',
    });
  });

  it('leads from the root page to the administration, and lets Swagger UI ask for tokens', async () => {
    const { emulator } = await run('--port', '0');
    const root = await emulator!.fetch(`${emulator!.url}/`, { redirect: 'manual' });
    expect([root.status, root.headers.get('location')]).toEqual([302, '/admin']);
    const preflight = await emulator!.fetch(`${emulator!.url}/${emulator!.tenantId}/oauth2/v2.0/token`, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:3000', 'access-control-request-headers': 'x-requested-with' },
    });
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-requested-with');
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

  it('starts with what a seed file says', async () => {
    const file = writeSeed({ tenantId: TENANT, users: [{ oid: TENANT, name: 'Ben Walters' }] });
    const { output, emulator } = await run('--port', '0', '--seed', file);
    expect(emulator?.tenantId).toBe(TENANT);
    expect(output).not.toContain('AZURE_CLIENT_ID');
    const { body } = await emulator!.fetch(`${emulator!.url}/admin/api/users`).then(async (response) => ({
      body: (await response.json()) as unknown,
    }));
    expect(body).toMatchObject([
      { name: 'Ben Walters', preferredUsername: 'ben.walters@contoso.onmicrosoft.com' },
    ]);
  });

  it.each([
    ['{', /^.*seed\.json has faults:\nThe file .*seed\.json is no JSON: .*$/],
    [
      JSON.stringify({ users: [{ oid: 'adele', names: [] }], applicatons: [], applications: 1 }),
      new RegExp(
        [
          'seed\\.json has faults:',
          '/applicatons: no such member; known are \\$schema, tenantId, tenants, users, applications, consents, conditionalAccess\\.',
          '/users/0/names: no such member; known are oid, .*\\.',
          '/users/0/oid: must be a GUID, but is "adele"\\.',
          '/applications: must be an array, but is 1\\.$',
        ].join('\n'),
      ),
    ],
    [
      JSON.stringify({
        users: [{ oid: TENANT }, { oid: TENANT }],
        consents: [{ clientId: TENANT, scopes: ['api://nobody/Read'] }],
        conditionalAccess: [{ scope: 'User.Read', code: 1 }],
        applications: [{ redirectUris: { spa: ['http://example.com/'] } }],
      }),
      new RegExp(
        [
          `/users/1: User ${TENANT} exists already in tenant .*`,
          '/applications/0: The redirect URI http://example\\.com/ must begin with https://, or with http://localhost\\.',
          '/consents/0: Consent to "api://nobody/Read" is not possible: .*',
          '/conditionalAccess/0: requireClaims: AADSTS1 is not a code the emulator knows\\.$',
        ].join('\n'),
      ),
    ],
  ])('names the path of each fault of a seed: %s', async (text, complaint) => {
    const result = await run('--port', '0', '--seed', writeText(text));
    expect(result).toEqual({ complaint: expect.stringMatching(complaint), exitCode: 1 });
  });

  it('says that the seed file does not exist', async () => {
    expect(await run('--seed', '/nowhere/seed.json')).toEqual({
      complaint: '/nowhere/seed.json has faults:\nThe file /nowhere/seed.json does not exist.',
      exitCode: 1,
    });
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
