import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../libs/nestjs-entra/src/options/resolve-options.js';
import { API } from '../support/world.js';
import { codeSpan, headings, readMarkdown, ROOT, section, tableRows } from './markdown.js';
import { SourceNames } from './source-names.js';

const document = readMarkdown('docs/options.md');
const options = new SourceNames('options/entra-auth-options.ts', 'options/token-cache-options.ts');
const credentials = new SourceNames('options/client-credential.ts');
const extras = new SourceNames('auth.module-definition.ts');
const downstreamApi = new SourceNames('options/downstream-api-options.ts');
const acquisition = new SourceNames('acquisition/token-acquisition.options.ts');

/** Entries of the document: headings that consist of a name. */
const entries = headings(document).flatMap(({ text }) => codeSpan(text) ?? []);

/** Names in the first column of the tables under a heading. */
function fieldsUnder(heading: string): string[] {
  return tableRows(document)
    .filter((row) => row.heading === heading)
    .flatMap(({ cells }) => codeSpan(cells[0] ?? '') ?? []);
}

describe('docs/options.md', () => {
  it('has its tables from the doc comments, each of which says meaning and default', () => {
    const tool = join(ROOT, 'tools/options-reference.mjs');
    const { status, stderr } = spawnSync(process.execPath, [tool, '--check'], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const tables = [...document.text.matchAll(/<!-- reference: (\w+) -->/g)].map(([, name]) => name);
    const kinds = credentials.kinds('ClientCredential', 'sourceType').map(([, type]) => type);
    expect(tables).toEqual(expect.arrayContaining(['EntraAuthOptions', 'EntraAuthModuleExtras', ...kinds]));
  });

  it('has an entry for every option, and none besides', () => {
    const nested = options
      .nested('EntraAuthOptions')
      .flatMap(([option, type]) => options.members(type).map((member) => `${option}.${member}`));
    const kinds = credentials.kinds('ClientCredential', 'sourceType').map(([kind]) => kind);
    const names = [
      ...options.members('EntraAuthOptions'),
      ...nested,
      ...kinds,
      ...extras.members('EntraAuthModuleExtras'),
    ];
    expect(nested.length).toBeGreaterThan(3);
    expect(entries.toSorted()).toEqual(names.toSorted());
  });

  it.each(credentials.kinds('ClientCredential', 'sourceType'))(
    'has every field of a %s credential',
    (kind, type) => {
      expect(fieldsUnder(`\`${kind}\``).toSorted()).toEqual(credentials.members(type).toSorted());
    },
  );

  it('has every field of a downstream API', () => {
    expect(fieldsUnder('`downstreamApis`').toSorted()).toEqual(
      downstreamApi.members('DownstreamApiOptions').toSorted(),
    );
  });

  it('has every option of one acquisition', () => {
    expect(fieldsUnder('Options of one acquisition').toSorted()).toEqual(
      acquisition.members('TokenAcquisitionOptions').toSorted(),
    );
  });

  it('says a default for every option that may be left out', () => {
    const required = ['tenantId', 'clientId'];
    const groups = [
      'tokenCache',
      'network',
      ...credentials.kinds('ClientCredential', 'sourceType').map(([kind]) => kind),
    ];
    const optional = entries.filter((name) => ![...required, ...groups].includes(name));
    const lacking = (names: string[], words: string) =>
      names.filter((name) => !section(document, `\`${name}\``).includes(words));
    expect(lacking(optional, 'Default: ')).toEqual([]);
    expect(lacking(required, 'Required.')).toEqual([]);
  });

  it('says the defaults that are in force', () => {
    const resolved = resolveOptions({ tenantId: API.clientId, clientId: API.clientId });
    const said = (entry: string) =>
      /Default: `([^`]+)`/.exec(section(document, `\`${entry}\``))?.[1]?.replaceAll("'", '"');
    const inForce: Record<string, unknown> = {
      instance: resolved.authority.instance,
      allowedClientApplications: resolved.allowedClientApplications,
      allowWebApiToBeAuthorizedByACL: resolved.allowWebApiToBeAuthorizedByACL,
      clockSkewSeconds: resolved.clockSkewSeconds,
      clientCredentials: resolved.clientCredentials(),
      sendX5C: resolved.sendX5C,
      clientCapabilities: resolved.clientCapabilities,
      'tokenCache.maxBytes': resolved.tokenCache.maxBytes,
      'tokenCache.expiryBufferSeconds': resolved.tokenCache.expiryBufferSeconds,
      'tokenCache.storeTimeoutMs': resolved.tokenCache.storeTimeoutMs,
      'tokenCache.storeWriteBudgetMs': resolved.tokenCache.storeWriteBudgetMs,
      'tokenCache.storeLeaseMs': resolved.tokenCache.storeLeaseMs,
      'network.timeoutMs': resolved.network.timeoutMs,
      'network.retries': resolved.network.retries,
      showErrorDetails: resolved.showErrorDetails,
    };
    const read = Object.keys(inForce).map((entry) => [entry, JSON.parse(said(entry) ?? '""') as unknown]);
    expect(Object.fromEntries(read)).toEqual(inForce);
    expect(resolved.audiences).toEqual([API.clientId, `api://${API.clientId}`]);
  });
});
