import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Controller, Get, Header, Query, Redirect, Res } from '@nestjs/common';
import { Public } from 'nestjs-entra';
import { API_SCOPE, setting } from './settings.js';

/** A response of Express or Fastify, as far as it is used. */
interface HeaderWriter {
  header(name: string, value: string): unknown;
}

/** The page of `apps/sample-spa`, and what it has to know. It is open: whoever opens it has yet to sign in. */
@Public()
@Controller()
export class PageController {
  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  page(@Res({ passthrough: true }) response: HeaderWriter): Promise<string> {
    const identityPlatform = new URL(setting('AZURE_AUTHORITY_HOST')).origin;
    response.header('Content-Security-Policy', policyFor(identityPlatform));
    response.header('Referrer-Policy', 'no-referrer');
    response.header('X-Content-Type-Options', 'nosniff');
    return fileOfPage('index.html');
  }

  @Get('page.js')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  script(): Promise<string> {
    return fileOfPage('page.js');
  }

  @Get('page.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  style(): Promise<string> {
    return fileOfPage('page.css');
  }

  @Get('page-settings.json')
  settings(): { authority: string; clientId: string; scopes: string[] } {
    const host = setting('AZURE_AUTHORITY_HOST').replace(/\/$/, '');
    return {
      authority: `${host}/${setting('AZURE_TENANT_ID')}`,
      clientId: setting('PAGE_CLIENT_ID'),
      scopes: [API_SCOPE],
    };
  }

  /** Where the user comes back to from the consent page. The code that comes along is of no use: nobody signs in here. */
  @Get('consent-given')
  @Redirect()
  consentGiven(@Query('error') error?: string): { url: string } {
    return { url: error === undefined ? '/?consent=given' : '/?consent=refused' };
  }
}

/** Nothing but the page's own files runs, and it talks to the API and to the identity platform alone. */
function policyFor(identityPlatform: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    'img-src data:',
    `connect-src 'self' ${identityPlatform}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function fileOfPage(name: string): Promise<string> {
  const folder = process.env['PAGE_FOLDER'] ?? join(__dirname, '../../sample-spa/dist');
  return readFile(join(folder, name), 'utf8');
}
