import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { scopeRequests } from '../acquisition/scope-request.js';
import { PUBLIC_METADATA, RESOLVED_OPTIONS } from '../auth.constants.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { routeScopes } from './route-scopes.js';

/** Walks all routes at boot: what `@DownstreamScopes()` cannot hold there, no request shall find out. */
@Injectable()
export class DownstreamRouteChecks implements OnModuleInit {
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
    const scopes = routeScopes(controller, handler).flatMap((route) => route.scopes);
    if (scopes.length === 0) return [];
    const faults: string[] = [];
    if (this.options.clientCredentials().length === 0) {
      faults.push(
        `${route} has @DownstreamScopes(${scopes.join(', ')}) and clientCredentials is empty; give the API a credential to exchange tokens with.`,
      );
    }
    const isPublic: unknown =
      Reflect.getMetadata(PUBLIC_METADATA, handler) ?? Reflect.getMetadata(PUBLIC_METADATA, controller);
    if (isPublic === true) {
      faults.push(
        `${route} has @DownstreamScopes and @Public; a public route has no user to exchange a token for: remove one of the two.`,
      );
    }
    try {
      scopeRequests(scopes, this.options.authority.graphResource);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      faults.push(...error.faults.map((fault) => `${route}: ${fault}`));
    }
    return faults;
  }
}
