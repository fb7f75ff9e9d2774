import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LIBRARY = join(ROOT, 'libs/nestjs-entra/src');

/** Lints sources that exist only meanwhile, in a house with the rules of this one; gives `file rule` of each finding. */
function lint(sources: Readonly<Record<string, string>>): string[] {
  const house = mkdtempSync(join(tmpdir(), 'nestjs-entra-house-'));
  onTestFinished(() => rmSync(house, { recursive: true, force: true }));
  copyFileSync(join(ROOT, '.oxlintrc.json'), join(house, '.oxlintrc.json'));
  for (const [path, source] of Object.entries(sources)) {
    const file = join(house, 'libs/nestjs-entra/src', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, source);
  }
  const oxlint = join(ROOT, 'node_modules/oxlint/bin/oxlint');
  const { stdout } = spawnSync(process.execPath, [oxlint, '--format=json'], { cwd: house, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string; code: string }[] };
  return diagnostics.map(({ filename, code }) => `${filename.replace('libs/nestjs-entra/src/', '')} ${code}`);
}

function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Which folders a folder must not import: the stations that come after it. */
const FORBIDDEN: Readonly<Record<string, readonly string[]>> = {
  errors: [
    'network',
    'caller',
    'options',
    'cache',
    'credentials',
    'acquisition',
    'authentication',
    'authorization',
    'downstream',
    'boot',
    'integrations',
    'client',
  ],
  network: [
    'caller',
    'options',
    'cache',
    'credentials',
    'acquisition',
    'authentication',
    'authorization',
    'downstream',
    'boot',
    'integrations',
    'client',
  ],
  caller: [
    'options',
    'cache',
    'credentials',
    'acquisition',
    'authentication',
    'authorization',
    'downstream',
    'boot',
    'integrations',
    'client',
  ],
  options: [
    'credentials',
    'acquisition',
    'authentication',
    'authorization',
    'downstream',
    'boot',
    'integrations',
    'client',
  ],
  cache: [
    'options',
    'credentials',
    'acquisition',
    'authentication',
    'authorization',
    'downstream',
    'boot',
    'integrations',
    'client',
  ],
  credentials: [
    'caller',
    'cache',
    'acquisition',
    'authentication',
    'authorization',
    'downstream',
    'boot',
    'integrations',
    'client',
  ],
  acquisition: ['authentication', 'authorization', 'downstream', 'boot', 'client', 'integrations'],
  authentication: ['cache', 'credentials', 'authorization', 'downstream', 'boot', 'client', 'integrations'],
  authorization: [
    'cache',
    'credentials',
    'acquisition',
    'authentication',
    'downstream',
    'boot',
    'integrations',
    'client',
  ],
  downstream: ['cache', 'credentials', 'authentication', 'authorization', 'boot', 'integrations'],
  boot: ['client', 'integrations'],
  client: [
    'errors',
    'network',
    'caller',
    'options',
    'cache',
    'credentials',
    'acquisition',
    'authentication',
    'authorization',
    'downstream',
    'boot',
    'integrations',
  ],
  integrations: [
    'options',
    'credentials',
    'acquisition',
    'authentication',
    'authorization',
    'downstream',
    'boot',
    'client',
  ],
};

describe('The house', () => {
  it('no station imports one that comes after it, the module or the public list: the linter finds each', () => {
    const sources: Record<string, string> = {};
    for (const [from, targets] of Object.entries(FORBIDDEN)) {
      for (const to of [...targets, 'index.js', 'auth.module.js']) {
        const path = to.endsWith('.js') ? to : `${to}/anything.js`;
        sources[`${from}/probe-${to.replace('.js', '')}.ts`] = `export * as station from '../${path}';\n`;
      }
    }
    const found = lint(sources);
    const expected = Object.keys(sources).map((file) => `${file} eslint(no-restricted-imports)`);
    expect(expected.filter((finding) => !found.includes(finding))).toEqual([]);
  });

  it('what is allowed is not found', () => {
    const targets = Object.keys(FORBIDDEN);
    const sources: Record<string, string> = {};
    for (const [from, forbidden] of Object.entries(FORBIDDEN)) {
      for (const to of targets.filter((target) => !forbidden.includes(target) && target !== from)) {
        sources[`${from}/probe-${to}.ts`] = `export * as station from '../${to}/anything.js';\n`;
      }
    }
    expect(lint(sources)).toEqual([]);
  });

  it('a cycle, even of types, is found', () => {
    const found = lint({
      'errors/probe-a.ts': `import type { B } from './probe-b.js';\nexport type A = B | undefined;\n`,
      'errors/probe-b.ts': `import type { A } from './probe-a.js';\nexport type B = A | undefined;\n`,
    });
    expect(found).toContain('errors/probe-a.ts import(no-cycle)');
  });

  it('a file of more than 250 lines is found', () => {
    const found = lint({ 'errors/probe-long.ts': `export {};\n${'// why\n'.repeat(250)}` });
    expect(found).toContain('errors/probe-long.ts eslint(max-lines)');
  });

  it('holds as it stands: no file over 250 lines in libraries and applications', () => {
    const files = [
      'libs/nestjs-entra/src',
      'libs/entra-emulator/src',
      'apps/sample-api/src',
      'apps/downstream-api/src',
    ]
      .flatMap((folder) => sourcesOf(join(ROOT, folder)))
      .map(
        (file) => [file.slice(ROOT.length), readFileSync(file, 'utf8').trimEnd().split('\n').length] as const,
      );
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter(([, lines]) => lines > 250)).toEqual([]);
  });

  it('has the stations of a request as folders, and nothing else', () => {
    const entries = readdirSync(LIBRARY, { withFileTypes: true });
    expect(
      entries
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(FORBIDDEN).sort());
    expect(
      entries
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
        .map(({ name }) => name)
        .sort(),
    ).toEqual([
      'auth.constants.ts',
      'auth.module-definition.ts',
      'auth.module.ts',
      'index.ts',
      'own-properties.ts',
    ]);
  });

  it('imports no package but its own dependencies and peers, and no optional one outside its subpath', () => {
    const packages =
      /^(@nestjs\/(common|core|passport)|@azure\/msal-node|passport|passport-jwt|lru-cache|rxjs|reflect-metadata)(\/|$)/;
    const foreign = sourcesOf(LIBRARY).flatMap((file) =>
      // Types alone vanish when it is built.
      [
        ...readFileSync(file, 'utf8').matchAll(
          /^(?:import|export) (?!type )(?:[^;']* from )?'([^.'][^']*)';/gm,
        ),
      ].flatMap(([, name = '']) =>
        name.startsWith('node:') || packages.test(name) ? [] : [`${file.slice(LIBRARY.length)} ${name}`],
      ),
    );
    expect(foreign.filter((one) => !one.startsWith('/integrations/'))).toEqual([]);
    expect(foreign.filter((one) => /^\/integrations\/(graph|azure|axios)\//.test(one))).toEqual([]);
  });

  it('keeps NestJS out of the emulator', () => {
    const importing = sourcesOf(join(ROOT, 'libs/entra-emulator/src')).filter((file) =>
      /from '@nestjs\/|(?:import|require)\('@nestjs\//.test(readFileSync(file, 'utf8')),
    );
    expect(importing).toEqual([]);
  });
});

describe('The public list', () => {
  it('of nestjs-entra', async () => {
    expect(Object.keys(await import('nestjs-entra')).sort()).toEqual([
      'AccessBlockedError',
      'AppOnlyCallerError',
      'AssertionRejectedError',
      'AuthModule',
      'ClaimsChallengeError',
      'ClientCredentialError',
      'ConfigurationError',
      'ConsentRequiredError',
      'CurrentUser',
      'DownstreamApi',
      'DownstreamApiService',
      'DownstreamApis',
      'DownstreamHttpError',
      'DownstreamScopes',
      'DownstreamToken',
      'DownstreamTokensInterceptor',
      'EntraAuthError',
      'EntraExceptionFilter',
      'IdentityPlatformUnavailableError',
      'InjectDownstreamApi',
      'InsufficientScopeError',
      'InteractionRequiredError',
      'InvalidTokenError',
      'JwtAuthGuard',
      'JwtStrategy',
      'MalformedAuthorizationError',
      'MissingTokenError',
      'NoUserAssertionError',
      'Public',
      'RequiredAppRoles',
      'RequiredAuthContext',
      'RequiredScopes',
      'RequiredScopesOrAppRoles',
      'ScopesGuard',
      'TokenAcquisitionError',
      'TokenAcquisitionService',
      'entraEnvironmentSchema',
      'fromAzureAdSection',
      'fromEnvironment',
      'getDownstreamApiToken',
      'parseAppSettings',
    ]);
  });

  it('of nestjs-entra/graph, nestjs-entra/azure and nestjs-entra/axios', async () => {
    expect(Object.keys(await import('nestjs-entra/graph'))).toEqual(['GraphAuthenticationProvider']);
    expect(Object.keys(await import('nestjs-entra/azure')).sort()).toEqual([
      'ApplicationTokenCredential',
      'UserTokenCredential',
    ]);
    expect(Object.keys(await import('nestjs-entra/axios'))).toEqual(['addAccessToken']);
  });

  it('of nestjs-entra/keyv and nestjs-entra/redis', async () => {
    expect(Object.keys(await import('nestjs-entra/keyv'))).toEqual(['KeyvTokenCacheStore']);
    expect(Object.keys(await import('nestjs-entra/redis'))).toEqual(['RedisTokenCacheStore']);
  });

  it('of nestjs-entra/inspector', async () => {
    expect(Object.keys(await import('nestjs-entra/inspector'))).toEqual(['InspectorModule']);
  });

  it('of entra-emulator', async () => {
    expect(Object.keys(await import('entra-emulator')).sort()).toEqual(['EntraEmulator']);
  });
});
