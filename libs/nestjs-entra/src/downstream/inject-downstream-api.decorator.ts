import { Inject } from '@nestjs/common';

/** Injection token of one downstream API: for tests and providers of your own. */
export function getDownstreamApiToken(name: string): string {
  // Nest names the token of what it cannot inject: a sentence on what to do is then part of its error.
  return `the API "${name}" of downstreamApis, which forRoot() finds there and forRootAsync() in injectableDownstreamApis`;
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
