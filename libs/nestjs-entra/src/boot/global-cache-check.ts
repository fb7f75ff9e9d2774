import { Inject, Injectable, Optional, type OnModuleInit } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService, MetadataScanner } from '@nestjs/core';
import { MODULE_REGISTRATION } from '../auth.constants.js';
import { bootError } from './boot-error.js';
import type { ModuleRegistration } from '../options/module-registration.js';
import { globalCacheProblems } from './cached-routes.js';
import { discoverRoutes } from './routes.js';

/** Looks at the global interceptors once all are known: `useGlobalInterceptors()` adds to them after the modules are there. */
@Injectable()
export class GlobalCacheCheck implements OnModuleInit {
  constructor(
    private readonly application: ApplicationConfig,
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    @Optional() @Inject(MODULE_REGISTRATION) private readonly registration?: ModuleRegistration,
  ) {}

  /** @throws ConfigurationError when a cache would give one caller's answer to others */
  onModuleInit(): void {
    const problems = globalCacheProblems(
      [
        ...this.application.getGlobalInterceptors(),
        ...this.application.getGlobalRequestInterceptors().map(({ metatype }) => metatype),
      ],
      discoverRoutes(this.discovery, this.scanner),
      this.registration?.globalGuard ?? false,
    );
    if (problems.length > 0) throw bootError(problems);
  }
}
