import { jsonAnswer, NO_STORE_HEADERS, textAnswer, type Answer } from '../endpoints/answer.js';
import type { Exchange } from '../endpoints/exchange.js';
import { adminPage } from '../pages/admin-page.js';
import type { Platform } from '../platform.js';
import { callOfForm } from './admin-forms.js';
import { refusalOf } from './admin-guard.js';
import { ADMIN_OPERATIONS, AdminError } from './admin-operations.js';

/** Answers `/admin`, a page, and `/admin/api`, the same as JSON. */
export function adminEndpoint(platform: Platform, exchange: Exchange): Answer {
  const refusal = refusalOf(platform.url, exchange);
  if (refusal !== undefined) {
    return textAnswer(403, refusal);
  }
  const path = exchange.path.replace(/\/$/, '');
  if (path === '/admin') {
    return exchange.method === 'POST' ? answerForm(platform, exchange) : adminPage(platform);
  }
  return path.startsWith('/admin/api') ? answerApi(platform, exchange, path) : textAnswer(404, 'Not Found');
}

function answerApi(platform: Platform, { method, headers, body }: Exchange, path: string): Answer {
  const operation = path.slice('/admin/api/'.length);
  const [collection = '', id = '', ...rest] = operation.split('/');
  const isPlain = id === '' || Object.hasOwn(ADMIN_OPERATIONS, `${method} ${operation}`);
  const key = `${method} ${isPlain ? operation : [collection, '*', ...rest].join('/')}`;
  const isJson = /^application\/json\b/i.test(headers['content-type'] ?? '');
  if (body !== '' && !isJson) {
    return textAnswer(415, 'The body has to be application/json.');
  }
  return withRefusals(() => {
    const result = runOperation(platform, key, body === '' ? undefined : parse(body), id);
    return result === undefined
      ? { status: 204, headers: { ...NO_STORE_HEADERS }, body: '' }
      : jsonAnswer(200, result, NO_STORE_HEADERS);
  });
}

/** A form of the page; a browser that hides where it comes from is not let in. */
function answerForm(platform: Platform, { form, headers }: Exchange): Answer {
  if (headers.origin === undefined) {
    return textAnswer(403, 'The administration does not answer to pages of another origin.');
  }
  const call = callOfForm(form);
  if (call === undefined) {
    return textAnswer(400, 'There is no such action.');
  }
  return withRefusals(() => {
    runOperation(platform, call.operation, call.body, call.id);
    return { status: 303, headers: { ...NO_STORE_HEADERS, Location: '/admin' }, body: '' };
  });
}

function runOperation(platform: Platform, key: string, body: unknown, id: string): unknown {
  const operation = Object.hasOwn(ADMIN_OPERATIONS, key) ? ADMIN_OPERATIONS[key] : undefined;
  if (operation === undefined) {
    throw new AdminError(404, 'There is no such operation.');
  }
  return operation(platform, body, id);
}

/** What the directory refuses is a TypeError that says why. */
function withRefusals(answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    if (error instanceof AdminError || error instanceof TypeError) {
      const status = error instanceof AdminError ? error.status : 400;
      return jsonAnswer(status, { message: error.message }, NO_STORE_HEADERS);
    }
    throw error;
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new AdminError(400, 'The body is no JSON.');
  }
}
