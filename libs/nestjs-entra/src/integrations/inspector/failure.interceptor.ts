import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { tap, type Observable } from 'rxjs';
import { requestOf } from '../../caller/request-of.js';
import { FlowRecorder } from './flow-recorder.js';

/** Records what handlers throw: guards of this library tell of themselves. */
@Injectable()
export class FailureInterceptor implements NestInterceptor {
  constructor(private readonly recorder: FlowRecorder) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = requestOf(execution);
    if (!request) return next.handle();
    const error = (failure: unknown) => this.recorder.step(request, { kind: 'failed', error: failure });
    return next.handle().pipe(tap({ error }));
  }
}
