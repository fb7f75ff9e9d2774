import { Controller, Get, Req, Res, SetMetadata, UseGuards, VERSION_NEUTRAL } from '@nestjs/common';
import { PUBLIC_METADATA } from '../../auth.constants.js';
import { EventStreams } from './event-streams.js';
import { FlowRecorder } from './flow-recorder.js';
import { InspectorKey } from './inspector-key.js';
import { inspectorPage } from './inspector-page.js';
import { INSPECTOR_SCRIPT } from './inspector-script.js';
import { INSPECTOR_STYLE } from './inspector-style.js';
import { LoopbackGuard } from './loopback.guard.js';
import { takeResponse } from './node-response.js';
import { responseHeaders } from './response-headers.js';
import { withoutTrailingSlashes } from '../../network/without-slashes.js';

/**
 * The page and what it loads. It writes to Node's response: interceptors and reply hooks of the application have no
 * part in it, and headers that the application sets for others, as those of CORS, are taken off.
 */
@Controller({ path: 'inspector', version: VERSION_NEUTRAL })
@SetMetadata(PUBLIC_METADATA, true)
@UseGuards(LoopbackGuard)
export class InspectorController {
  constructor(
    private readonly recorder: FlowRecorder,
    private readonly streams: EventStreams,
    private readonly key: InspectorKey,
  ) {}

  @Get()
  page(@Req() request: { originalUrl?: string; url: string }, @Res() response: object): void {
    const [path = ''] = (request.originalUrl ?? request.url).split(/[?#]/, 1);
    send(
      response,
      'text/html; charset=utf-8',
      inspectorPage(withoutTrailingSlashes(path), this.key.query, this.recorder.requests),
    );
  }

  @Get('page.js')
  script(@Res() response: object): void {
    send(response, 'text/javascript; charset=utf-8', INSPECTOR_SCRIPT);
  }

  @Get('page.css')
  style(@Res() response: object): void {
    send(response, 'text/css; charset=utf-8', INSPECTOR_STYLE);
  }

  /** Server-sent events: everything at first, then each request that something happened to. */
  @Get('events')
  events(@Res() response: object): void {
    this.streams.open(takeResponse(response));
  }
}

function send(response: object, contentType: string, body: string): void {
  const node = takeResponse(response);
  responseHeaders(node, contentType);
  node.end(body);
}
