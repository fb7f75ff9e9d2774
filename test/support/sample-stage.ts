import { EntraEmulator, type EntraEmulatorOptions } from 'entra-emulator';
import { onTestFinished, vi } from 'vitest';
import { AppModule as DownstreamModule } from '../../apps/downstream-api/src/app.module.js';
import { AppModule as SampleModule } from '../../apps/sample-api/src/app.module.js';
import { startModule, type Adapter, type App } from './nest-app.js';

/** The registrations of the emulator's demonstration. */
export const SAMPLE_API = '11111111-aaaa-4bbb-8ccc-000000000001';
export const DOWNSTREAM_API = '11111111-aaaa-4bbb-8ccc-000000000002';
export const PAGE = '11111111-aaaa-4bbb-8ccc-000000000003';

/** What `npm start` starts, in this process. */
export interface SampleStage {
  readonly emulator: EntraEmulator;
  readonly sample: App;
  /** The sample API under the name that redirect URIs have. */
  readonly url: string;
  /** The address of its inspector, with the key. */
  readonly inspectorUrl: string;
  /** How many token requests with this grant type the emulator answered 200. */
  granted(grantType: string): number;
}

export interface SampleStageOptions extends EntraEmulatorOptions {
  readonly adapter?: Adapter;
  /** Where the page was built to. */
  readonly pageFolder?: string;
}

/** Starts the demonstration, the sample API and the downstream API; all are stopped with the test. */
export async function startSampleStage({
  adapter = 'express',
  pageFolder,
  ...options
}: SampleStageOptions = {}): Promise<SampleStage> {
  const emulator = await EntraEmulator.start({ seed: 'demo', ...options });
  onTestFinished(() => emulator.stop());
  // The applications read their settings from the environment and use the global fetch, as in production.
  const globalFetch = globalThis.fetch;
  vi.stubGlobal('fetch', (input: string | URL, init?: RequestInit) =>
    new URL(input).origin === emulator.url ? emulator.fetch(input, init) : globalFetch(input, init),
  );
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  });
  vi.stubEnv('AZURE_AUTHORITY_HOST', emulator.url);
  vi.stubEnv('AZURE_TENANT_ID', emulator.tenantId);
  vi.stubEnv('AZURE_CLIENT_ID', DOWNSTREAM_API);
  const downstream = await startModule(adapter, DownstreamModule);
  vi.stubEnv('AZURE_CLIENT_ID', SAMPLE_API);
  vi.stubEnv('AZURE_CLIENT_SECRET', 'sample-api-secret');
  vi.stubEnv('PAGE_CLIENT_ID', PAGE);
  vi.stubEnv('DOWNSTREAM_API_URL', await downstream.nest.getUrl());
  vi.stubEnv('GRAPH_URL', emulator.url);
  if (pageFolder !== undefined) vi.stubEnv('PAGE_FOLDER', pageFolder);
  const sample = await startModule(adapter, SampleModule);
  const { port } = new URL(await sample.nest.getUrl());
  return {
    emulator,
    sample,
    url: `http://localhost:${port}`,
    inspectorUrl: `http://localhost:${port}${/\/inspector\?key=\S+/.exec(sample.log.join('\n'))?.[0] ?? ''}`,
    granted: (grantType) =>
      emulator.requests.filter(({ form, status }) => status === 200 && form['grant_type'] === grantType)
        .length,
  };
}
