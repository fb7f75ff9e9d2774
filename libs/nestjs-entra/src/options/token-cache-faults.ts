import { shown } from './shown.js';
import { keyBytes, type TokenCacheOptions } from './token-cache-options.js';
import { unknownNameFaults } from './unknown-name-faults.js';
import { isObject, numberFaults } from './value-faults.js';

const NAMES: readonly (keyof TokenCacheOptions)[] = [
  'maxBytes',
  'expiryBufferSeconds',
  'store',
  'sealingKeys',
  'storeTimeoutMs',
  'storeWriteBudgetMs',
  'storeLeaseMs',
];

/** As many bytes as the key of AES-256: less could be guessed. */
const LEAST_KEY_BYTES = 32;

/** What is wrong with `tokenCache`. No sentence shows a key. */
export function tokenCacheFaults(tokenCache: unknown): string[] {
  if (tokenCache === undefined) return [];
  if (!isObject(tokenCache)) return [`tokenCache is ${shown(tokenCache)}; give an object, or leave it out.`];
  return [
    ...unknownNameFaults('option', tokenCache, NAMES, 'tokenCache.'),
    ...numberFaults('tokenCache.maxBytes', tokenCache['maxBytes'], 65_536, Number.MAX_SAFE_INTEGER),
    ...numberFaults('tokenCache.expiryBufferSeconds', tokenCache['expiryBufferSeconds'], 0, 3600),
    ...storeFaults(tokenCache['store']),
    ...sealingKeyFaults(tokenCache['sealingKeys']),
    ...numberFaults('tokenCache.storeTimeoutMs', tokenCache['storeTimeoutMs'], 1, 5_000),
    ...numberFaults('tokenCache.storeWriteBudgetMs', tokenCache['storeWriteBudgetMs'], 0, 1_000),
    ...numberFaults('tokenCache.storeLeaseMs', tokenCache['storeLeaseMs'], 100, 60_000),
  ];
}

function storeFaults(store: unknown): string[] {
  if (store === undefined) return [];
  const has = (name: string) => isObject(store) && typeof store[name] === 'function';
  const lacking = ['get', 'set', 'delete'].filter((name) => !has(name));
  if (lacking.length > 0) {
    return [
      `tokenCache.store has no ${lacking.join(', no ')}; give a TokenCacheStore, such as new RedisTokenCacheStore(client) of nestjs-entra/redis.`,
    ];
  }
  return has('acquireLease') === has('releaseLease')
    ? []
    : [
        'tokenCache.store has one of acquireLease and releaseLease; give it both, or neither to have each process exchange for itself.',
      ];
}

function sealingKeyFaults(keys: unknown): string[] {
  if (keys === undefined) return [];
  if (!Array.isArray(keys) || keys.length === 0) {
    return [
      'tokenCache.sealingKeys is no list of keys; give at least one, made with `openssl rand -base64 32`, or leave it out.',
    ];
  }
  return keys.flatMap((key: unknown, index) => {
    if (isKey(key) && keyBytes(key).length >= LEAST_KEY_BYTES) return [];
    return [
      `tokenCache.sealingKeys[${index}] is no key of ${LEAST_KEY_BYTES} bytes or more; give random bytes, or their base64: \`openssl rand -base64 32\`.`,
    ];
  });
}

function isKey(key: unknown): key is string | Uint8Array {
  // Not `instanceof`: under Jest there are several kinds of Uint8Array.
  return ArrayBuffer.isView(key) || (typeof key === 'string' && /^[A-Za-z0-9+/_-]+={0,2}$/.test(key));
}
