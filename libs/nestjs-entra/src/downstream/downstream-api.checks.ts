import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { referencedDownstreamApi } from '../acquisition/downstream-api-reference.js';
import { RESOLVED_OPTIONS } from '../auth.constants.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { routeScopes } from './route-scopes.js';

/** Walks all routes at boot: what `@DownstreamApis()` names there has to be configured. */
@Injectable()
export class DownstreamApiChecks implements OnModuleInit {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** @throws ConfigurationError with the faults of all routes */
  onModuleInit(): void {
    const faults = this.discovery.getControllers().flatMap(({ instance, metatype }) => {
      if (typeof instance !== 'object' || instance === null || !metatype) return [];
      const prototype = Object.getPrototypeOf(instance) as Record<string, unknown>;
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = prototype[name];
        return typeof handler === 'function'
          ? this.faultsOf(metatype, handler, `${metatype.name}.${name}`)
          : [];
      });
    });
    if (faults.length > 0) throw new ConfigurationError(faults);
  }

  private faultsOf(controller: object, handler: object, route: string): string[] {
    const { downstreamApis } = this.options;
    const scopes = routeScopes(controller, handler).flatMap((entry) => entry.scopes);
    return scopes.flatMap((scope) => {
      const name = referencedDownstreamApi(scope);
      if (name === undefined) return [];
      const api = downstreamApis.get(name);
      if (!api) {
        const known = [...downstreamApis.keys()].join(', ') || 'none';
        return [`${route} has @DownstreamApis('${name}') and downstreamApis has ${known}; name one of them.`];
      }
      return api.requestAppToken
        ? [
            `${route} has @DownstreamApis('${name}') and downstreamApis.${name}.requestAppToken is true; only tokens of users are acquired ahead: remove one of the two.`,
          ]
        : [];
    });
  }
}
