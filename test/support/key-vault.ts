import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { Agent, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import { onTestFinished, vi } from 'vitest';

/** A certificate as the vault keeps it. */
export interface VaultCertificate {
  readonly version: string;
  /** What its secret holds: base64 of PKCS#12, or PEM. */
  readonly value: string;
  readonly contentType: 'application/x-pkcs12' | 'application/x-pem-file';
  /** Whether its private key may leave the vault. Default `true`. */
  readonly isExportable?: boolean;
}

/** A key vault on the loopback interface. */
export interface KeyVault {
  readonly url: string;
  /** Paths that were asked for with a token. */
  readonly paths: readonly string[];
  readonly certificates: Map<string, VaultCertificate>;
  /** Answers everything with this status from now on; `undefined` ends it. */
  fail(status: number | undefined): void;
  /** Answers everything this way from now on. */
  answerWith(answer: (response: ServerResponse) => void): void;
}

const HOST = 'contoso.vault.test';
const RESOURCE = 'https://vault.test';

/**
 * A server that speaks the REST of Azure Key Vault: a challenge first (401 with the resource), then the bearer token
 * that `isToken` accepts. The SDK finds it under a name of its own, for it compares the name with the resource of
 * the challenge; connections to that name go to the loopback interface and trust the certificate made here.
 */
export async function startKeyVault(
  isToken: (token: string, resource: string) => boolean,
): Promise<KeyVault> {
  const tls = await certificateOf(HOST);
  const paths: string[] = [];
  const certificates = new Map<string, VaultCertificate>();
  let failure: number | undefined;
  let hostile: ((response: ServerResponse) => void) | undefined;
  const server = createServer({ key: tls.privateKey, cert: tls.certificate }, (request, response) => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const { pathname } = new URL(request.url ?? '', 'https://loopback');
    response.setHeader('content-type', 'application/json');
    const answer = (status: number, body: object): void => {
      response.statusCode = status;
      response.end(JSON.stringify(body));
    };
    if (token === undefined || !isToken(token, RESOURCE)) {
      const authorization = 'https://login.microsoftonline.com/00000000-0000-4000-8000-000000000002';
      response.setHeader(
        'www-authenticate',
        `Bearer authorization="${authorization}", resource="${RESOURCE}"`,
      );
      return answer(401, {
        error: { code: 'Unauthorized', message: 'AKV10000: Request is missing a Bearer token.' },
      });
    }
    paths.push(pathname);
    if (hostile) return hostile(response);
    if (failure !== undefined)
      return answer(failure, { error: { code: 'Canary', message: 'canary of the vault' } });
    const [, kind, name = '', version] = pathname.split('/');
    const found = certificates.get(name);
    if (!found || (version && version !== found.version)) {
      return answer(404, { error: { code: 'CertificateNotFound', message: 'canary of the vault' } });
    }
    const about = { id: `${url}/${kind}/${name}/${found.version}`, attributes: { enabled: true } };
    if (kind === 'secrets')
      return answer(200, { ...about, value: found.value, contentType: found.contentType });
    return answer(200, {
      ...about,
      sid: `${url}/secrets/${name}/${found.version}`,
      kid: `${url}/keys/${name}/${found.version}`,
      policy: {
        id: `${url}/certificates/${name}/policy`,
        key_props: { exportable: found.isExportable ?? true, kty: 'RSA', key_size: 2048 },
        secret_props: { contentType: found.contentType },
      },
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `https://${HOST}:${port}`;
  const connect = Agent.prototype.createConnection;
  const spy = vi.spyOn(Agent.prototype, 'createConnection').mockImplementation(function (
    this: Agent,
    options,
    callback,
  ) {
    const changed =
      options.host === HOST
        ? { ...options, host: '127.0.0.1', servername: HOST, ca: tls.certificate }
        : options;
    return connect.call(this, changed, callback);
  });
  onTestFinished(() => {
    spy.mockRestore();
    server.closeAllConnections();
    server.close();
  });
  return {
    url,
    paths,
    certificates,
    fail: (status) => (failure = status),
    answerWith: (one) => (hostile = one),
  };
}

async function certificateOf(host: string): Promise<{ certificate: string; privateKey: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${host}`,
    keys,
    signingAlgorithm: algorithm,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: host }])],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return {
    certificate: certificate.toString('pem'),
    privateKey: createPrivateKey({ key, format: 'der', type: 'pkcs8' })
      .export({ type: 'pkcs8', format: 'pem' })
      .toString(),
  };
}
