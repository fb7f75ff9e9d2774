import { Inject } from '@nestjs/common';

/** Injection token of one downstream API: for tests and providers of your own. */
export function getDownstreamApiToken(name: string): string {
  return `nestjs-entra downstream API ${name}`;
}

/**
 * Injects one API of `downstreamApis`, a {@link DownstreamApi}: `@InjectDownstreamApi('graph') graph: DownstreamApi`.
 *
 * With `forRoot()` every API can be injected. With `forRootAsync()` their names are not known when the module is put
 * together, so they are named beside the factory: `injectableDownstreamApis: ['graph']`. A name that is in neither,
 * or not in the options, stops the boot.
 */
export function InjectDownstreamApi(name: string): ParameterDecorator & PropertyDecorator {
  return Inject(getDownstreamApiToken(name));
}
