import { BrowserSessions } from './authorize/browser-sessions.js';
import { Transactions } from './authorize/transactions.js';
import { EmulatedBrowser } from './browser/emulated-browser.js';
import { signInUser, type UserSignIn, type UserTokens } from './browser/sign-in-user.js';
import { requestHandler } from './endpoints/request-handler.js';
import type { RecordedRequest } from './endpoints/request-log.js';
import type { EntraEmulatorOptions } from './entra-emulator-options.js';
import type { Platform } from './platform.js';
import { Faults, type Fault } from './policies/faults.js';
import { RequestLoops } from './policies/request-loops.js';
import { RequiredClaims, type RequireClaimsPolicy } from './policies/required-claims.js';
import { revokeSessions } from './policies/revoke-sessions.js';
import { SignIns } from './policies/sign-ins.js';
import { applySeed, checkSeed } from './seed/apply-seed.js';
import { DEMO_SEED } from './seed/demo-seed.js';
import type { EmulatorSeed } from './seed/emulator-seed.js';
import type { ApplicationInit, EmulatedApplication } from './tenants/application.js';
import { Consents, type ConsentGrant } from './tenants/consents.js';
import { Directory } from './tenants/directory.js';
import type { EmulatedTenant, TenantInit } from './tenants/tenant.js';
import type { EmulatedUser, UserInit } from './tenants/user.js';
import { removeCaCertificateFile, writeCaCertificateFile } from './tls/ca-certificate-file.js';
import { listen, type HttpsListener } from './tls/https-listener.js';
import { createServerCertificate } from './tls/server-certificate.js';
import { createTrustingFetch, type TrustingFetch } from './tls/trusting-fetch.js';
import { AuthorizationCodes } from './tokens/authorization-codes.js';
import { RefreshTokens } from './tokens/refresh-tokens.js';
import { signInForAccessToken, signInForIdToken, type SignInOptions } from './tokens/sign-in.js';
import { SigningKeys } from './tokens/signing-keys.js';

/** What an emulator holds open until it is stopped. */
interface Resources {
  readonly listener: HttpsListener;
  readonly trusting: TrustingFetch;
  readonly caCertificate: string;
  readonly caCertificateFile: string;
}

/**
 * An identity platform for development and tests that answers as Microsoft Entra ID does.
 *
 * @example
 * const emulator = await EntraEmulator.start();
 * const api = emulator.addApplication({ clientSecrets: ['a secret'] });
 * emulator.grantConsent({ clientId: api.clientId, scopes: 'User.Read' });
 * const assertion = emulator.issueAccessToken();
 * await emulator.stop();
 */
export class EntraEmulator {
  /** Base address, `https://localhost:{port}`. */
  readonly url: string;
  /** GUID of the home tenant. */
  readonly tenantId: string;
  /** PEM of the certificate authority made at start. */
  readonly caCertificate: string;
  /** Path of a file with that PEM, for `NODE_EXTRA_CA_CERTS`; removed by `stop`. */
  readonly caCertificateFile: string;
  /** A `fetch` that trusts the emulator's certificate, for tests in the same process. */
  readonly fetch: typeof globalThis.fetch;
  readonly #platform: Platform;
  readonly #resources: Resources;
  #stopping: Promise<void> | undefined;

  private constructor(platform: Platform, resources: Resources) {
    this.url = platform.url;
    this.tenantId = platform.directory.homeTenant.tenantId;
    this.caCertificate = resources.caCertificate;
    this.caCertificateFile = resources.caCertificateFile;
    this.fetch = resources.trusting.fetch;
    this.#platform = platform;
    this.#resources = resources;
    resources.listener.onRequest(requestHandler(platform));
  }

  /** Starts an emulator on 127.0.0.1, and on ::1 where the machine has it. */
  static async start(options: EntraEmulatorOptions = {}): Promise<EntraEmulator> {
    const now = options.now ?? Date.now;
    const seed = checkSeed(options.seed === 'demo' ? DEMO_SEED : (options.seed ?? {}));
    const tenantId = options.tenantId ?? seed.tenantId;
    const directory = new Directory(tenantId === undefined ? {} : { tenantId });
    const [signingKeys, tls] = await Promise.all([SigningKeys.create(now), createServerCertificate()]);
    const listener = await listen(options.port ?? 0, tls);
    const { caCertificate } = tls;
    const caCertificateFile = await writeCaCertificateFile(caCertificate);
    const trusting = createTrustingFetch(caCertificate);
    const platform: Platform = {
      url: `https://localhost:${listener.port}`,
      now,
      accessTokenLifetimeSeconds: options.accessTokenLifetimeSeconds,
      directory,
      consents: new Consents(directory),
      signingKeys,
      authorizationCodes: new AuthorizationCodes(),
      refreshTokens: new RefreshTokens(),
      browserSessions: new BrowserSessions(),
      transactions: new Transactions(now),
      requiredClaims: new RequiredClaims(directory),
      signIns: new SignIns(),
      faults: new Faults(),
      requests: [],
      requestLoops: options.detectRequestLoops === true ? new RequestLoops(now) : undefined,
      fetch: trusting.fetch,
    };
    const emulator = new EntraEmulator(platform, { listener, trusting, caCertificate, caCertificateFile });
    await emulator.#populate(seed, options);
    return emulator;
  }

  /** Every request that was answered, in order. Secrets and tokens are digests. */
  get requests(): readonly RecordedRequest[] {
    return this.#platform.requests;
  }

  /** Closes every connection and removes the certificate file. May be called again. */
  stop(): Promise<void> {
    this.#stopping ??= this.#close();
    return this.#stopping;
  }

  /** Adds a tenant beside the home tenant. */
  addTenant(tenant?: TenantInit): EmulatedTenant {
    return this.#platform.directory.addTenant(tenant);
  }

  /** Adds a user, to the home tenant by default. */
  addUser(user?: UserInit): EmulatedUser {
    return this.#platform.directory.addUser(user);
  }

  /** Registers an application, in the home tenant by default. It has no credential unless one is given. */
  addApplication(application?: ApplicationInit): EmulatedApplication {
    return this.#platform.directory.addApplication(application);
  }

  /** Consents to scopes for a client, for one user or as an administrator for all. */
  grantConsent(grant: ConsentGrant): void {
    this.#platform.consents.grant(grant);
  }

  /** Takes a consent back: the next exchange is refused with AADSTS65001. */
  revokeConsent(grant: ConsentGrant): void {
    this.#platform.consents.revoke(grant);
  }

  /** Sets conditional access on a scope or resource; gives the ids that a sign-in has to satisfy. */
  requireClaims(policy: RequireClaimsPolicy): { policyIds: string[] } {
    return this.#platform.requiredClaims.add(policy);
  }

  /** Makes the next request to an endpoint fail. Faults wait in line. */
  failNext(fault: Fault): void {
    this.#platform.faults.add(fault);
  }

  /** Signs with a new key from now on. The old ones stay published unless `keepOld` is false. */
  rotateSigningKeys(options: { readonly keepOld?: boolean } = {}): void {
    this.#platform.signingKeys.rotate(options.keepOld ?? true);
  }

  /**
   * An access token as a client gets it that signed a user in, for the first application or the one that `aud` names.
   *
   * Given claims replace the emulator's own; `undefined` or `null` leaves one out. Without `scp` the token stands for
   * an application alone.
   */
  issueAccessToken(claims: Readonly<Record<string, unknown>> = {}, options: SignInOptions = {}): string {
    return signInForAccessToken(this.#platform, claims, options);
  }

  /** A v2.0 ID token for the first application or the one that `aud` names. Given claims replace the emulator's own. */
  issueIdToken(claims: Readonly<Record<string, unknown>> = {}): string {
    return signInForIdToken(this.#platform, claims);
  }

  /**
   * Signs a user in to a client as a browser does, page by page, and redeems the code: the tokens the client has then.
   *
   * Throws an Error with Entra's error when the sign-in is refused.
   *
   * @example
   * const { accessToken } = await emulator.signIn({ clientId: page.clientId, scopes: [`${api.clientId}/Read`] });
   */
  signIn(signIn: UserSignIn): Promise<UserTokens> {
    return signInUser(this.#platform, this.openBrowser(), signIn);
  }

  /** A new browser without a screen, which keeps cookies and presses the buttons of the emulator's pages. */
  openBrowser(): EmulatedBrowser {
    return new EmulatedBrowser(this.url, this.fetch);
  }

  /** Revokes the sessions, codes and refresh tokens of a user, by object id: AADSTS50173 from then on. */
  revokeSessions(userId: string): void {
    const user = this.#platform.directory.findUserIn(undefined, userId);
    if (user === undefined) {
      throw new TypeError(`revokeSessions: there is no user ${userId}.`);
    }
    revokeSessions(this.#platform, user);
  }

  async #populate(
    seed: EmulatorSeed,
    { users = [], applications = [] }: EntraEmulatorOptions,
  ): Promise<void> {
    try {
      applySeed(this.#platform, seed);
      users.forEach((user) => this.addUser(user));
      applications.forEach((application) => this.addApplication(application));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #close(): Promise<void> {
    const { listener, trusting, caCertificateFile } = this.#resources;
    await trusting.close();
    await listener.close();
    await removeCaCertificateFile(caCertificateFile);
  }
}
