import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../options/resolve-options.js';
import { metadataNetwork } from './metadata-network.js';

const GUID = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const networkOf = (network: object) =>
  metadataNetwork(resolveOptions({ tenantId: GUID, clientId: GUID, network }));

describe('metadataNetwork', () => {
  it.each([
    [{}, 4_500],
    [{ timeoutMs: 120_000 }, 4_500],
    [{ timeoutMs: 4_499 }, 4_499],
    [{ timeoutMs: 1_000 }, 1_000],
  ])('waits less than five seconds, and less if that is configured: %j', (network, timeoutMs) => {
    expect(networkOf(network).timeoutMs).toBe(timeoutMs);
  });

  it('asks once, whatever is configured, through the fetch that is configured', () => {
    const fetch = async () => new Response();
    expect(networkOf({ retries: 5, fetch })).toMatchObject({ retries: 0, fetch });
  });
});
