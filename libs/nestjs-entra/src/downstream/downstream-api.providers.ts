import type { FactoryProvider } from '@nestjs/common';
import type { DownstreamApi } from './downstream-api.js';
import { DownstreamApiService } from './downstream-api.service.js';
import { getDownstreamApiToken } from './inject-downstream-api.decorator.js';

/** What `@InjectDownstreamApi()` injects. A name that the options do not have stops the boot. */
export function downstreamApiProviders(names: readonly string[]): FactoryProvider<DownstreamApi>[] {
  return names.map((name) => ({
    provide: getDownstreamApiToken(name),
    useFactory: (service: DownstreamApiService) => service.api(name),
    inject: [DownstreamApiService],
  }));
}
