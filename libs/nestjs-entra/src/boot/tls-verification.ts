import { isDevelopment, isTlsVerificationOff, type NodeEnvironment } from '../errors/node-environment.js';
import { shown } from '../options/shown.js';

const REMEDY = 'remove it, and name the certificate authority to trust in NODE_EXTRA_CA_CERTS';

/** The configuration problem of a process that accepts every TLS certificate outside development. */
export function tlsVerificationProblems(environment: NodeEnvironment): string[] {
  return isTlsVerificationOff(environment) && !isDevelopment(environment)
    ? [
        `NODE_TLS_REJECT_UNAUTHORIZED is "0" while NODE_ENV is ${shown(environment['NODE_ENV'])}; anyone on the network can then pose as the identity platform: ${REMEDY}.`,
      ]
    : [];
}

/** The same as a warning, for development. `undefined` when there is nothing to warn about. */
export function tlsVerificationWarning(environment: NodeEnvironment): string | undefined {
  return isTlsVerificationOff(environment)
    ? `NODE_TLS_REJECT_UNAUTHORIZED is "0": Node.js accepts every TLS certificate, that of the identity platform included, and the boot stops with it in production; ${REMEDY}.`
    : undefined;
}
