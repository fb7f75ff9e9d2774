import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { Type } from '@nestjs/common';
import { EntraEmulator } from 'entra-emulator';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ADAPTERS, startModule } from '../support/nest-app.js';
import { claimsOf } from '../support/tokens.js';
import { anchors, codeBlocks, markdownFiles, readMarkdown, relativeLinks, ROOT } from './markdown.js';

const EXAMPLES = join(ROOT, 'test/docs/examples');
const files = markdownFiles();

function manifest(path: string): Record<string, Record<string, string>> {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Record<string, Record<string, string>>;
}

describe('The examples', () => {
  const named = files.flatMap(codeBlocks).filter(({ file }) => file !== undefined);

  it.each(readdirSync(EXAMPLES))('%s stands in the documentation as it is run', (name) => {
    const blocks = named.filter(({ file }) => file === name);
    expect(blocks.length).toBeGreaterThan(0);
    const text = readFileSync(join(EXAMPLES, name), 'utf8');
    for (const { place, code } of blocks) expect({ place, code }).toEqual({ place, code: text });
  });

  it('the README shows the three steps', () => {
    const shown = codeBlocks(readMarkdown('README.md')).map(({ file }) => file);
    expect(shown).toEqual(expect.arrayContaining(['app.module.ts', 'me.controller.ts']));
  });

  it('the documentation installs the library and the peers that a Nest application lacks, for each version of Nest', () => {
    const ofEveryApplication = ['@nestjs/common', '@nestjs/core', 'reflect-metadata', 'rxjs'];
    const { peerDependencies, peerDependenciesMeta = {} } = manifest('libs/nestjs-entra/package.json');
    const lacking = Object.keys(peerDependencies ?? {}).filter(
      (name) => !ofEveryApplication.includes(name) && !(name in peerDependenciesMeta),
    );
    const text = readFileSync(join(ROOT, 'libs/nestjs-entra/package.json'), 'utf8');
    const { version } = JSON.parse(text) as { version: string };
    const majors = [12, 11, 10];
    const lines = majors.map((major) => {
      const packages = lacking.map((name) => (name === '@nestjs/passport' ? `${name}@${major}` : name));
      return `npm install ./nestjs-entra-${version}.tgz ${packages.join(' ')}  # NestJS ${major}`;
    });
    for (const path of ['README.md', 'docs/getting-started.md', 'libs/nestjs-entra/README.md']) {
      const shown = readMarkdown(path).text.match(/^npm install .*# NestJS .*$/gm);
      expect({ path, lines: shown }).toEqual({ path, lines });
    }
  });
});

describe.each(ADAPTERS)('The three steps of the README on %s', (adapter) => {
  it('run: the route is protected, and Microsoft Graph is called on behalf of the user', async () => {
    const emulator = await EntraEmulator.start();
    onTestFinished(() => emulator.stop());
    const adele = emulator.addUser({ name: 'Adele Vance' });
    const { clientId } = emulator.addApplication({ clientSecrets: ['a secret'] });
    emulator.grantConsent({ clientId, scopes: 'User.Read' });

    const globalFetch = globalThis.fetch;
    const graph = vi.fn((init?: RequestInit) => {
      const token = new Headers(init?.headers).get('authorization')?.replace('Bearer ', '') ?? '';
      return Response.json({ id: claimsOf(token)['oid'], scope: claimsOf(token)['scp'] });
    });
    vi.stubGlobal('fetch', async (input: string | URL, init?: RequestInit) => {
      const url = new URL(input);
      if (url.href === 'https://graph.microsoft.com/v1.0/me') return graph(init);
      return url.origin === emulator.url ? emulator.fetch(input, init) : globalFetch(input, init);
    });
    vi.stubEnv('AZURE_AUTHORITY_HOST', emulator.url);
    vi.stubEnv('AZURE_TENANT_ID', emulator.tenantId);
    vi.stubEnv('AZURE_CLIENT_ID', clientId);
    vi.stubEnv('AZURE_CLIENT_SECRET', 'a secret');
    onTestFinished(() => {
      vi.unstubAllGlobals();
      vi.unstubAllEnvs();
    });

    // The module reads the environment when it is loaded.
    vi.resetModules();
    const { AppModule } = (await import('./examples/app.module.js')) as { AppModule: Type };
    const app = await startModule(adapter, AppModule);

    expect((await app.get('/me')).status).toBe(401);
    expect(graph).not.toHaveBeenCalled();
    const answer = await app.get('/me', emulator.issueAccessToken({ aud: clientId, oid: adele.oid }));
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ id: adele.oid, scope: expect.stringContaining('User.Read') });
    expect(emulator.requests.filter(({ endpoint }) => endpoint === 'token')).toMatchObject([
      { status: 200, form: { requested_token_use: 'on_behalf_of', client_id: clientId } },
    ]);
  });
});

describe('The Markdown files', () => {
  it.each(files.map((file) => [file.path, file] as const))('%s: every link leads somewhere', (path, file) => {
    const broken = relativeLinks(file).filter((link) => {
      const [target = '', anchor] = link.split('#');
      const to = target === '' ? path : posix.normalize(posix.join(dirname(path), target));
      if (!existsSync(join(ROOT, to))) return true;
      return anchor !== undefined && !anchors(readMarkdown(to)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it.each(files.map((file) => [file.path, file] as const))(
    '%s: every npm script exists',
    (_path, { text }) => {
      const scripts = Object.keys(manifest('package.json')['scripts'] ?? {});
      const named = [...text.matchAll(/npm run ([\w:-]+)/g)].flatMap(([, name]) => name ?? []);
      // The application of "Getting started" is the reader's own.
      expect(named.filter((name) => name !== 'start' && !scripts.includes(name))).toEqual([]);
    },
  );

  it('are linked from the README, every page of docs', () => {
    const linked = relativeLinks(readMarkdown('README.md')).map((link) => link.split('#')[0]);
    const pages = files.map(({ path }) => path).filter((path) => /^docs\/[^/]+\.md$/.test(path));
    expect(pages.length).toBeGreaterThan(8);
    expect(pages.filter((path) => !linked.includes(path))).toEqual([]);
  });

  it('the licenses and changelogs of the packages are those of the repository', () => {
    const text = (path: string) => readFileSync(join(ROOT, path), 'utf8');
    for (const library of ['nestjs-entra', 'entra-emulator']) {
      expect(text(`libs/${library}/LICENSE`)).toBe(text('LICENSE'));
    }
    expect(text('libs/nestjs-entra/CHANGELOG.md')).toBe(text('CHANGELOG.md'));
  });
});
