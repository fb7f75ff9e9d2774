import { describe, expect, it } from 'vitest';
import { KeyvTokenCacheStore } from './keyv-token-cache.store.js';

const storeWith = (value: unknown) =>
  new KeyvTokenCacheStore({ get: async () => value, set: async () => true, delete: async () => true });

describe('KeyvTokenCacheStore', () => {
  it('decodes text as long as any value may be', async () => {
    const value = Buffer.alloc(64 * 1024, 1);
    expect(await storeWith(value.toString('base64url')).get('key')).toEqual(value);
  });

  it('does not decode longer text: it is a value that does not open', async () => {
    expect(await storeWith('A'.repeat(1024 * 1024)).get('key')).toEqual(new Uint8Array());
  });
});
