import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { TOKEN_FLOW_OBSERVER } from '../../auth.constants.js';
import { ConfigurationError } from '../../errors/configuration.error.js';
import { EventStreams } from './event-streams.js';
import { FailureInterceptor } from './failure.interceptor.js';
import { FlowRecorder } from './flow-recorder.js';
import { InspectorController } from './inspector.controller.js';
import { LoopbackGuard } from './loopback.guard.js';

/**
 * The token-flow inspector, for development: a page at `/inspector` that shows what became of the last 200 requests,
 * and why. It answers browsers of the same machine alone, and shows claims but no tokens.
 *
 * Import it beside `AuthModule`, and not where NODE_ENV is `production`.
 *
 * @throws ConfigurationError at boot when NODE_ENV is `production`
 */
@Global()
@Module({
  controllers: [InspectorController],
  providers: [
    FlowRecorder,
    { provide: TOKEN_FLOW_OBSERVER, useExisting: FlowRecorder },
    EventStreams,
    LoopbackGuard,
    { provide: APP_INTERCEPTOR, useClass: FailureInterceptor },
  ],
  exports: [TOKEN_FLOW_OBSERVER],
})
export class InspectorModule {
  constructor() {
    if (process.env['NODE_ENV'] === 'production') {
      throw new ConfigurationError(
        'InspectorModule is imported while NODE_ENV is "production"; it shows who calls and with which claims: import it in development alone.',
      );
    }
  }
}
