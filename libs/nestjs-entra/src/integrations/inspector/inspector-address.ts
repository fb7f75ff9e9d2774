import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost, ModuleRef } from '@nestjs/core';
import { InspectorKey } from './inspector-key.js';
import { withoutOuterSlashes } from '../../network/without-slashes.js';

/** As much of a server of Node.js as is needed. */
interface ListeningServer {
  on(event: 'listening', listener: () => void): unknown;
  address(): { readonly address: string; readonly port: number } | string | null;
}

/** Logs the address of the inspector, with its key, as soon as the application listens. */
@Injectable()
export class InspectorAddress implements OnApplicationBootstrap {
  readonly #logger = new Logger('EntraAuth');

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly moduleRef: ModuleRef,
    private readonly key: InspectorKey,
  ) {}

  onApplicationBootstrap(): void {
    const server = this.adapterHost.httpAdapter?.getHttpServer() as ListeningServer | undefined;
    server?.on('listening', () => {
      const path = `${globalPrefixOf(this.moduleRef)}/inspector${this.key.query}`;
      this.#logger.log(`Token-flow inspector: ${originOf(server)}${path}`);
    });
  }
}

function originOf(server: ListeningServer): string {
  const bound = server.address();
  if (typeof bound !== 'object' || bound === null) return ''; // A pipe.
  const { address, port } = bound;
  const host = address === '127.0.0.1' ? address : address === '::1' ? '[::1]' : 'localhost';
  // A server of TLS has a method that one without it lacks.
  return `${'setSecureContext' in server ? 'https' : 'http'}://${host}:${port}`;
}

/** Nest offers no other way to learn what `setGlobalPrefix()` was given. Without it the path stands as it is. */
function globalPrefixOf(moduleRef: object): string {
  const { container } = moduleRef as {
    container?: { applicationConfig?: { getGlobalPrefix?(): string } };
  };
  const prefix = withoutOuterSlashes(container?.applicationConfig?.getGlobalPrefix?.() ?? '');
  return prefix === '' ? '' : `/${prefix}`;
}
