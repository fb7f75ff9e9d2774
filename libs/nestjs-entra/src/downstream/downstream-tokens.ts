import type { TokenAcquisitionService } from '../acquisition/token-acquisition.service.js';
import { singleScopeRequest } from '../acquisition/scope-request.js';
import type { ResolvedDownstreamApi } from '../options/downstream-api-options.js';
import type { DownstreamIdentity } from './downstream-call.options.js';
import { RecentReplacements } from './recent-replacements.js';

/** For whom a token is, and how it is got. */
export interface DownstreamTokenOptions {
  readonly as: DownstreamIdentity;
  readonly tenantId?: string;
  readonly signal?: AbortSignal;
}

/** The tokens of one downstream API. */
export class DownstreamTokens {
  /** The scope of the application's own token: everything that was granted to it. */
  readonly #appScope: string;
  readonly #replacements = new RecentReplacements();

  /** @throws ConfigurationError when the scopes belong to several resources */
  constructor(
    private readonly api: ResolvedDownstreamApi,
    private readonly service: TokenAcquisitionService,
    graphResource: string,
  ) {
    const [scope = ''] = singleScopeRequest(api.scopes, graphResource).scopes;
    // As it was written: the identity platform compares the resource, and may compare its case.
    this.#appScope = `${scope.slice(0, Math.max(0, scope.lastIndexOf('/'))) || graphResource}/.default`;
  }

  /** A token for a call. */
  get({ as, ...options }: DownstreamTokenOptions): Promise<string> {
    return as === 'app'
      ? this.service.getAccessTokenForApp(this.#appScope, options)
      : this.service.getAccessTokenForUser(this.api.scopes, options);
  }

  /** Whether there may be a better token than one of which the API asks for `claims`. */
  isReplaceable(refused: string, claims: string): boolean {
    return !this.#replacements.has(refused, claims);
  }

  /** Notes that the API refused a replacement as well. */
  refuse(replacement: string): void {
    this.#replacements.refuse(replacement);
  }

  /** A token in place of one that the API refused, with the claims that it asks for. */
  async replace(refused: string, claims: string, options: DownstreamTokenOptions): Promise<string> {
    const scopes = options.as === 'app' ? this.#appScope : this.api.scopes;
    const token = await this.service.replaceToken(refused, scopes, { ...options, claims });
    this.#replacements.add(token, claims);
    return token;
  }
}
