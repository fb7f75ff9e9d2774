import type { TokenFlowStep } from '../../caller/token-flow.js';
import { boundedText } from './bounded-text.js';
import { describeError } from './describe-error.js';
import type { RecordedStep } from './recorded-request.js';

type Described = Pick<RecordedStep, 'station' | 'text' | 'tone'>;

/** A step in words. @param tookMs how long the exchange took that ends with it */
export function describeStep(step: TokenFlowStep, tookMs?: number): Described {
  switch (step.kind) {
    case 'public_route':
      return api('The route is public; no token is looked at');
    case 'token_accepted':
      return step.keyId === undefined
        ? api('The token passed before: its lifetime and its key were checked again', 'good')
        : api(
            `Token validated: signature (RS256, key ${boundedText(step.keyId, 60)}), lifetime, tenant, issuer, audience, permissions, client application`,
            'good',
          );
    case 'caller_authorized':
      return api('The caller has the scopes and roles of the route', 'good');
    case 'memory_hit':
      return cache(
        `Hit: token for ${named(step.scopes)} in memory, good until ${time(step.expiresAt)}`,
        'good',
      );
    case 'memory_miss':
      return cache(`Miss: no token for ${named(step.scopes)} in memory`);
    case 'exchange_joined':
      return cache(`Joined: the exchange for ${named(step.scopes)} was under way already`);
    case 'renewal_started':
      return cache(`The token for ${named(step.scopes)} still serves, and is renewed ahead of time`);
    case 'failure_remembered': {
      const { code } = describeError(step.error);
      return cache(
        `Remembered: the identity platform refused the same a moment ago (${code}), and is not asked again`,
        'bad',
      );
    }
    case 'exchange_started':
      return platform(
        `Exchange for ${named(step.scopes)} at tenant ${boundedText(step.tenantId, 60)}, correlation id ${boundedText(step.correlationId, 60)}`,
      );
    case 'exchange_finished':
      return platform(
        `Token for ${named(step.scopes)}${took(tookMs)}, good until ${time(step.expiresAt)}`,
        'good',
      );
    case 'exchange_failed': {
      const { code, reason } = describeError(step.error);
      return platform(`No token${took(tookMs)}: ${code}. ${reason}`, 'bad');
    }
    case 'token_obtained':
      return step.source === 'store'
        ? cache(`Hit: token for ${named(step.scopes)} in the store`, 'good')
        : api(`Has the token for ${named(step.scopes)}`, 'good');
    case 'downstream_called':
      return downstream(
        `${step.method} ${boundedText(step.to, 300)} with the token, as ${boundedText(step.api, 60)}`,
      );
    case 'downstream_answered': {
      const { status, durationMs } = step;
      const text = `${boundedText(step.api, 60)} ${status === undefined ? 'gave no answer' : `answered ${status}`}${took(durationMs)}`;
      return downstream(text, status !== undefined && status < 400 ? 'good' : 'bad');
    }
    case 'failed': {
      const { code, reason } = describeError(step.error);
      return api(`Refused: ${code}. ${reason}`, 'bad');
    }
  }
}

function api(text: string, tone: Described['tone'] = 'neutral'): Described {
  return { station: 'api', text, tone };
}

function cache(text: string, tone: Described['tone'] = 'neutral'): Described {
  return { station: 'cache', text, tone };
}

function platform(text: string, tone: Described['tone'] = 'neutral'): Described {
  return { station: 'identity-platform', text, tone };
}

function downstream(text: string, tone: Described['tone'] = 'neutral'): Described {
  return { station: 'downstream', text, tone };
}

function named(scopes: readonly string[]): string {
  return boundedText(scopes.join(' '), 300);
}

function took(ms: number | undefined): string {
  return ms === undefined ? '' : ` after ${ms.toFixed(1)} ms`;
}

function time(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
