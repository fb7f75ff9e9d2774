import { ConfigurationError } from '../errors/configuration.error.js';

/** Headers as `fetch` takes them. */
export type DownstreamHeaders = ConstructorParameters<typeof Headers>[0];

/**
 * What no call may set: the credentials, the names of the caller and of the way to this API, and what belongs to one
 * connection (RFC 9110 section 7.6.1). Whoever hands the headers of the incoming request on is told.
 */
const RESERVED = new RegExp(
  '^(' +
    [
      'authorization|cookie2?|host|proxy-.*',
      'forwarded|via|x-forwarded(-.*)?|x-real-ip|x-client-ip|x-cluster-client-ip',
      'true-client-ip|cf-connecting-ip|fastly-client-ip|x-client-cert|x-(arr|azure|envoy|ssl|original)-.*',
      'x-rewrite-url|x-ms-client-principal(-.*)?|x-ms-token-.*',
      'connection|keep-alive|te|trailer|transfer-encoding|upgrade|content-length|expect',
    ].join('|') +
    ')$',
);

/**
 * The headers of a call, without its token.
 * @throws ConfigurationError for a header that no call may set
 */
export function outgoingHeaders(
  given: DownstreamHeaders,
  defaults: Readonly<Record<string, string>>,
): Headers {
  const headers = readable(given);
  for (const name of headers.keys()) {
    if (RESERVED.test(name)) {
      throw new ConfigurationError(
        `The header ${name} was given to a call of a downstream API; it is set by nestjs-entra or belongs to the incoming request alone: remove it.`,
      );
    }
  }
  for (const [name, value] of Object.entries(defaults)) if (!headers.has(name)) headers.set(name, value);
  return headers;
}

function readable(given: DownstreamHeaders): Headers {
  try {
    return new Headers(given);
  } catch {
    // The platform's own message repeats the value.
    throw new ConfigurationError(
      'The headers of a call of a downstream API are not valid; give names and values as HTTP writes them.',
    );
  }
}
