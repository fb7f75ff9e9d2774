import { Inject, Injectable, Logger } from '@nestjs/common';
import { IdentityPlatformClient } from '../network/identity-platform.client.js';
import { SingleFlight } from '../network/single-flight.js';
import { explainUnusableAnswer, platformDetailsOf } from '../acquisition/explain-platform-error.js';
import { RESOLVED_OPTIONS } from '../auth.constants.js';
import { IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import { isGuid } from '../options/guid.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { elapsedSince } from '../network/elapsed-since.js';
import { monotonicMs } from '../network/monotonic-clock.js';
import { metadataNetwork } from './metadata-network.js';

/** A document that could not be had is not asked for again sooner. */
const COOLDOWN_MS = 1_000;

/**
 * What the configuration leaves open and the identity platform publishes: the GUID of a tenant that was
 * configured as a domain, and the issuer of v1.0 tokens at a login host that is none of Microsoft's. For
 * everybody else nothing is fetched.
 */
@Injectable()
export class TenantMetadata {
  readonly #logger = new Logger('EntraAuth');
  readonly #client: IdentityPlatformClient;
  readonly #documents = new SingleFlight<string>();
  readonly #failures = new Map<string, { readonly at: number; readonly error: unknown }>();
  #tenantId: string | undefined;
  #v1IssuerTemplate: string | null | undefined;

  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {
    this.#client = new IdentityPlatformClient(metadataNetwork(options));
    this.#tenantId = options.authority.tenantId;
    this.#v1IssuerTemplate = options.authority.v1IssuerTemplate;
  }

  /** The one tenant of the API, a GUID; `undefined` when it serves many, and before {@link ready}. */
  get tenantId(): string | undefined {
    return this.#tenantId;
  }

  /** Issuer of v1.0 tokens with `{tenantid}` for the tenant; `undefined` when there are none, and before {@link ready}. */
  get v1IssuerTemplate(): string | undefined {
    return this.#v1IssuerTemplate ?? undefined;
  }

  /**
   * Fetches what a token of this version needs to be judged.
   * @throws IdentityPlatformUnavailableError
   */
  async ready(version: unknown): Promise<void> {
    const { authority } = this.options;
    if (this.#tenantId === undefined && !authority.isMultiTenant) {
      const issuer = await this.issuer('2.0');
      const tenantId = issuer.split(/[/.]/).find((part) => isGuid(part));
      if (!tenantId || issuer !== authority.v2Issuer(tenantId)) {
        throw new IdentityPlatformUnavailableError(
          `The metadata of ${authority.tenant} has an issuer that does not fit`,
        );
      }
      this.#tenantId = tenantId;
    }
    if (version === '1.0' && this.#v1IssuerTemplate === undefined) {
      const issuer = await this.issuer('1.0');
      this.#v1IssuerTemplate = this.#tenantId ? issuer.replaceAll(this.#tenantId, '{tenantid}') : issuer;
    }
  }

  private async issuer(version: '1.0' | '2.0'): Promise<string> {
    const url = this.options.authority.metadataUrl(version);
    const failure = this.#failures.get(url);
    if (failure && elapsedSince(failure.at) < COOLDOWN_MS) throw failure.error;
    return this.#documents.run(url, async () => {
      try {
        const answer = await this.#client.send({ url, method: 'GET' });
        const { status, json } = answer;
        const issuer =
          status === 200 && typeof json === 'object'
            ? (json as { issuer?: unknown } | null)?.issuer
            : undefined;
        if (typeof issuer === 'string') return issuer;
        throw new IdentityPlatformUnavailableError(
          `The identity platform published no usable metadata${explainUnusableAnswer(answer)}`,
          { platform: platformDetailsOf(answer) },
        );
      } catch (error) {
        this.#failures.set(url, { at: monotonicMs(), error });
        const reason =
          error instanceof IdentityPlatformUnavailableError ? error.reason : 'unexpected failure';
        this.#logger.warn(`No metadata from ${url}: ${reason}`);
        throw error;
      }
    });
  }
}
