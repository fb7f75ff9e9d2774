import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { TOKEN_FLOW_OBSERVER } from '../../auth.constants.js';
import { ConfigurationError } from '../../errors/configuration.error.js';
import { isDevelopment } from '../../errors/node-environment.js';
import { quoteForLog } from '../../errors/log-text.js';
import { EventStreams } from './event-streams.js';
import { FailureInterceptor } from './failure.interceptor.js';
import { FlowRecorder } from './flow-recorder.js';
import { InspectorAddress } from './inspector-address.js';
import { InspectorKey } from './inspector-key.js';
import { InspectorController } from './inspector.controller.js';
import { LoopbackGuard } from './loopback.guard.js';

/**
 * The token-flow inspector, for development: a page at `/inspector` that shows what became of the last 200 requests,
 * and why. It answers only browsers of the same machine, under the address with a key that the application logs when
 * it starts, and shows claims but no tokens.
 *
 * Import it next to `AuthModule`, and only where NODE_ENV is unset, `development` or `test`.
 *
 * @throws ConfigurationError at boot when NODE_ENV, trimmed and in lower case, is anything else
 */
@Global()
@Module({
  controllers: [InspectorController],
  providers: [
    FlowRecorder,
    { provide: TOKEN_FLOW_OBSERVER, useExisting: FlowRecorder },
    EventStreams,
    InspectorKey,
    InspectorAddress,
    LoopbackGuard,
    { provide: APP_INTERCEPTOR, useClass: FailureInterceptor },
  ],
  exports: [TOKEN_FLOW_OBSERVER],
})
export class InspectorModule {
  constructor() {
    if (!isDevelopment(process.env)) {
      throw new ConfigurationError(
        `InspectorModule is imported while NODE_ENV is ${quoteForLog(process.env['NODE_ENV'])}; it shows who calls and with which claims: import it in development alone.`,
      );
    }
  }
}
