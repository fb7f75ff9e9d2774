import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { RESOLVED_OPTIONS } from '../auth.constants.js';
import { CredentialChain } from '../credentials/credential-chain.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { configurationLine } from './configuration-line.js';
import { routeTable } from './route-table.js';
import { discoverRoutes } from './routes.js';
import { tlsVerificationWarning } from './tls-verification.js';

/** Says once, when the application has started, what is in force. */
@Injectable()
export class BootReport implements OnApplicationBootstrap {
  readonly #logger = new Logger('EntraAuth');

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly credentials: CredentialChain,
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onApplicationBootstrap(): void {
    this.#logger.log(configurationLine(this.options, this.credentials.status()));
    const table = routeTable(discoverRoutes(this.discovery, this.scanner));
    if (table !== undefined) this.#logger.debug(table);
    const warning = tlsVerificationWarning(process.env);
    if (warning !== undefined) this.#logger.warn(warning);
  }
}
