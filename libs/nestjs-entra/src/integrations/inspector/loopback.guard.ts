import { ForbiddenException, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { FlowRecorder } from './flow-recorder.js';
import { foreignReason, type RequestOrigin } from './local-request.js';

/** Lets the browsers of this machine through, and nobody else. What passes is not recorded. */
@Injectable()
export class LoopbackGuard implements CanActivate {
  constructor(private readonly recorder: FlowRecorder) {}

  canActivate(execution: ExecutionContext): boolean {
    const request = execution.switchToHttp().getRequest<object>();
    const reason = foreignReason(('raw' in request ? request.raw : request) as RequestOrigin);
    if (reason !== undefined)
      throw new ForbiddenException(`The token-flow inspector refuses this request: ${reason}.`);
    this.recorder.ignore(request);
    return true;
  }
}
