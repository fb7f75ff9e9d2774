import type { TokenAcquisitionService } from './token-acquisition.service.js';

/**
 * Whether tokens can be acquired ahead of use. A test may put an object with only the methods that its code calls in the
 * place of the service; then nothing is acquired ahead, and the code that asks for a token gets that of the test.
 */
export function isPrefetching(tokens: TokenAcquisitionService): boolean {
  const methods = tokens as Partial<Record<keyof TokenAcquisitionService, unknown>>;
  return typeof methods.prefetch === 'function' && typeof methods.prefetched === 'function';
}
