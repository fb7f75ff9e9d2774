import { ForbiddenException, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { FlowRecorder } from './flow-recorder.js';
import { InspectorKey } from './inspector-key.js';
import { foreignReason, type RequestOrigin } from './local-request.js';

interface NodeRequest extends RequestOrigin {
  readonly url?: string;
  /** As it came in, where the framework changes `url` on the way. */
  readonly originalUrl?: string;
}

/** Lets the browsers of this machine through that know the key, and nobody else. What passes is not recorded. */
@Injectable()
export class LoopbackGuard implements CanActivate {
  constructor(
    private readonly recorder: FlowRecorder,
    private readonly key: InspectorKey,
  ) {}

  canActivate(execution: ExecutionContext): boolean {
    const request = execution.switchToHttp().getRequest<object>();
    const reason = this.refusalOf(('raw' in request ? request.raw : request) as NodeRequest);
    if (reason !== undefined)
      throw new ForbiddenException(`The token-flow inspector refuses this request: ${reason}.`);
    this.recorder.ignore(request);
    return true;
  }

  private refusalOf(request: NodeRequest): string | undefined {
    const reason = foreignReason(request);
    if (reason !== undefined) return reason;
    return this.key.opens(request.originalUrl ?? request.url ?? '')
      ? undefined
      : 'its address carries a key; open the one that the application logged when it started';
  }
}
