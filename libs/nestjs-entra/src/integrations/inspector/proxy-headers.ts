/** Headers of a request as Node gives them, with names in lower case. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Headers that only proxies, load balancers, content delivery networks and tunnels add. A request that carries one
 * came from another machine, although the connection is local.
 */
const PROXY_HEADERS: ReadonlySet<string> = new Set([
  'forwarded', // RFC 7239
  'via', // RFC 9110 section 7.6.3
  'max-forwards',
  'cdn-loop', // RFC 8586
  'client-ip',
  'true-client-ip', // Akamai, Cloudflare
  'x-true-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-real-ip', // nginx
  'x-real-port',
  'x-remote-addr',
  'x-remote-ip',
  'x-host',
  'x-forward-for',
  'x-coming-from',
  'x-request-start', // Heroku
  'x-original-host',
  'x-original-url', // IIS
  'x-original-uri',
  'x-rewrite-url',
  'x-scheme', // ingress-nginx
  'x-url-scheme',
  'x-proxy-id',
  'x-proxyuser-ip',
  'x-cloud-trace-context', // Google Cloud
  'x-amzn-trace-id', // AWS
  'proxy-client-ip',
  'wl-proxy-client-ip', // WebLogic
  'ali-cdn-real-ip',
  'disguised-host', // Azure App Service
  'was-default-hostname',
  'front-end-https', // Microsoft
  'proxy-connection',
]);

const PROXY_PREFIXES = [
  'x-forwarded',
  'x-original-forwarded',
  'cf-', // Cloudflare
  'cloudfront-',
  'fastly-',
  'fly-',
  'x-amz-cf-',
  'x-appengine-',
  'x-arr-', // IIS, Azure App Service
  'x-azure-', // Azure Front Door
  'x-envoy-',
  'x-fd-',
  'x-nf-', // Netlify
  'x-tailscale-',
  'tailscale-',
  'x-vercel-',
] as const;

/** The name of a header that a proxy added; `undefined` when there is none. */
export function proxyHeaderIn(headers: RequestHeaders): string | undefined {
  return Object.keys(headers).find(
    (name) => PROXY_HEADERS.has(name) || PROXY_PREFIXES.some((prefix) => name.startsWith(prefix)),
  );
}
