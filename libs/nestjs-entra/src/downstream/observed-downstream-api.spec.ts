import { describe, expect, it } from 'vitest';
import type { TokenFlowStep } from '../caller/token-flow.js';
import { observedDownstreamApi } from './observed-downstream-api.js';

function observed(fetch: typeof globalThis.fetch) {
  const steps: TokenFlowStep[] = [];
  const api = { name: 'orders', fetch } as Parameters<typeof observedDownstreamApi>[0];
  return { steps, api: observedDownstreamApi(api, { step: (step) => void steps.push(step) }) };
}

describe('observedDownstreamApi', () => {
  it('tells of a call without its query, and of its answer', async () => {
    const { api, steps } = observed(async () => new Response(null, { status: 204 }));
    expect((await api.fetch(new URL('https://a.example/orders?key=x'), { method: 'PUT' })).status).toBe(204);
    expect(steps).toEqual([
      { kind: 'downstream_called', api: 'orders', method: 'PUT', to: 'https://a.example/orders' },
      { kind: 'downstream_answered', api: 'orders', status: 204, durationMs: expect.any(Number) },
    ]);
  });

  it('tells of a call without an answer, and hands its error on', async () => {
    const error = new TypeError('fetch failed');
    const { api, steps } = observed(() => Promise.reject(error));
    await expect(api.fetch('https://a.example/')).rejects.toBe(error);
    expect(steps.at(-1)).toMatchObject({ kind: 'downstream_answered', status: undefined });
  });
});
