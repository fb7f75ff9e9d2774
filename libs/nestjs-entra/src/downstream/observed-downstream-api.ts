import type { TokenFlow } from '../caller/token-flow.js';
import type { ResolvedDownstreamApi } from '../options/downstream-api-options.js';
import { monotonicMs } from '../network/monotonic-clock.js';

/** The same API, with `flow` told of every call that is sent to it: repeated ones count each. */
export function observedDownstreamApi(api: ResolvedDownstreamApi, flow: TokenFlow): ResolvedDownstreamApi {
  const { name } = api;
  return {
    ...api,
    fetch: async (input, init) => {
      const { method = 'GET' } = init ?? {};
      const { origin, pathname } = new URL(input instanceof Request ? input.url : input);
      const to = origin + pathname;
      const begun = monotonicMs();
      flow.step({ kind: 'downstream_called', api: name, method, to });
      try {
        const response = await api.fetch(input, init);
        const durationMs = monotonicMs() - begun;
        flow.step({ kind: 'downstream_answered', api: name, status: response.status, durationMs });
        return response;
      } catch (error) {
        const durationMs = monotonicMs() - begun;
        flow.step({ kind: 'downstream_answered', api: name, status: undefined, durationMs });
        throw error;
      }
    },
  };
}
