import { report } from './report.js';
import type { Results } from './results.js';

/** docs/performance.md: the tables of a run, how they came about, and how to make them again. */
export function performancePage(results: Results): string {
  return `# Performance

What the library costs, beside the same written otherwise. \`npm run bench -- --write\` made this page: the
processor time of all contestants was measured in one run, in turns.

\`\`\`sh
npm run bench                   # both benchmarks, about a quarter of an hour
npm run bench -- validation     # tokens of callers
npm run bench -- acquisition    # tokens for downstream APIs
npm run bench -- --quick        # a minute, to see that it runs
npm run bench -- --json FILE    # every round, for comparison with another run
npm run bench -- --write        # both, and this page
\`\`\`

![CPU of a request against the number of users](assets/cpu-per-request.svg)

${report(results).trim()}

## How it was measured

Each server is a process of its own, in Node's production mode, and so are the source of the requests and the
identity platform. A figure is the processor time that a server used, all threads, divided by the requests that it
answered; what a bare server used in the same round is subtracted. All contestants run in turns (A B C A B C …),
after a warm-up, with 16 keep-alive connections, over loopback; the source of the requests never sleeps meanwhile, for
to wake it would count for the server. Tokens are signed with RS256 and 1.4 kB long, one for
each user; users take turns, so with many of them every one is the least recently seen. A request that is not answered
with 200 ends the run, and no round is repeated or left out. V8 does not compile every process alike, and rounds of one
run share a process: five runs on one day gave 6.5, 6.7, 6.7, 9.0 and 10.0 µs for a known token on Fastify.

The identity platform of the benchmark answers in Entra's form, and neither checks nor signs. No contestant speaks
TLS to it, which spares those most that exchange most.

- _Bare Nest_: the same route with nothing around it.
- _Nest's floor_: an empty interceptor, an active \`AsyncLocalStorage\` and one SHA-256 of the token.
- _On demand_: the handler calls \`TokenAcquisitionService\`. _@DownstreamScopes_: the same on a route that acquires
  its tokens before the handler.
- _By hand_: passport-jwt and jwks-rsa, one \`ConfidentialClientApplication\` of msal-node, the exchange in
  \`validate()\`, named scopes, so that msal-node finds them in its cache.
- _@azure/identity_: passport-jwt and jwks-rsa, and an \`OnBehalfOfCredential\` for each request, as it is for one
  assertion.
- _Event loop blocked_: the longest turn of the event loop within one request, requests of different users coming one
  after the other. A turn counts with the lesser of wall clock and processor time. What bare Nest shows there is
  garbage collection and the machine.

## Many users

A look into memory takes the same steps for one user and for 100 000. What it costs more with many of them is memory
itself: the key, the user and the token of somebody who was not seen for some thousand requests are in no cache of the
processor any more.

To keep it at that, objects which live as long as a request are made by classes and not by object literals: V8 takes
note of literals whose objects lived long, as they do in requests that wait for their first exchange, and allocates all
later ones where only a full collection finds them. That alone had doubled the cost of every request.
`;
}
