import { Inject, Injectable, Optional, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { MODULE_REGISTRATION } from '../auth.constants.js';
import type { ModuleRegistration } from '../options/module-registration.js';
import { applicationClasses } from './application-classes.js';
import { bootError } from './boot-error.js';
import { decorationProblems } from './decoration-problems.js';
import { fieldResolverProblems } from './field-resolver-problems.js';
import { fieldResolvers } from './field-resolvers.js';

/** Checks what is only known once Nest has instantiated everything, and before requests are served. */
@Injectable()
export class InstanceCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    @Optional() @Inject(MODULE_REGISTRATION) private readonly registration?: ModuleRegistration,
  ) {}

  /** @throws ConfigurationError with every problem at once */
  onModuleInit(): void {
    const isGuarded = this.registration?.globalGuard ?? false;
    const problems = [
      ...decorationProblems(applicationClasses(this.discovery)),
      ...fieldResolvers(this.discovery, this.scanner).flatMap((field) =>
        fieldResolverProblems(field, isGuarded),
      ),
    ];
    if (problems.length > 0) throw bootError([...new Set(problems)]);
  }
}
