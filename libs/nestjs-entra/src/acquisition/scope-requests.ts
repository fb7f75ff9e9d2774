import { LRUCache } from 'lru-cache';
import { ConfigurationError } from '../errors/configuration.error.js';
import { quoteForLog } from '../errors/log-text.js';
import { referencedDownstreamApi } from './downstream-api-reference.js';
import { scopeList } from './scope-list.js';
import { scopeRequests, singleScopeRequest, type ScopeRequest } from './scope-request.js';

/** Scopes stand in the code, so there are few; should some be made of input, they do not pile up. */
const MAX_REMEMBERED = 1_000;

/** {@link scopeRequests} and {@link singleScopeRequest} of one cloud, worked out once for each list of scopes. */
export class ScopeRequests {
  readonly #lists = new LRUCache<string, readonly ScopeRequest[]>({ max: MAX_REMEMBERED });
  readonly #singles = new LRUCache<string, ScopeRequest>({ max: MAX_REMEMBERED });

  /**
   * @param graphResource Microsoft Graph of the cloud in use
   * @param apis downstream APIs that lists of scopes may refer to
   */
  constructor(
    private readonly graphResource: string,
    private readonly apis: ReadonlyMap<string, { readonly scopes: readonly string[] }> = new Map(),
  ) {}

  /** The scopes by resource, those of APIs referred to included. @throws ConfigurationError */
  of(scopes: readonly string[]): readonly ScopeRequest[] {
    return remembered(this.#lists, scopeList(scopes), () =>
      scopeRequests(
        scopes.flatMap((scope) => this.spelledOut(scope)),
        this.graphResource,
      ),
    );
  }

  /** The scopes of one resource. @throws ConfigurationError when there is none, or more than one resource */
  single(scopes: string | readonly string[]): ScopeRequest {
    const text = scopeList(scopes);
    return remembered(this.#singles, text, () => singleScopeRequest([text], this.graphResource));
  }

  /** All that was asked for so far, as far as it is remembered. */
  known(): ScopeRequest[] {
    return [...[...this.#lists.values()].flat(), ...this.#singles.values()];
  }

  private spelledOut(scope: string): readonly string[] {
    const name = referencedDownstreamApi(scope);
    if (name === undefined) return [scope];
    const api = this.apis.get(name);
    if (api) return api.scopes;
    throw new ConfigurationError(`There is no downstream API named ${quoteForLog(name)}.`);
  }
}

function remembered<T extends object>(known: LRUCache<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found) return found;
  const made = make();
  known.set(key, made);
  return made;
}
