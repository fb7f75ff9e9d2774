/**
 * What msal-node reads of a request and this library never sets. msal-node reads by inheritance and copies a request
 * with `{ ...request }`, so only members of the request itself keep it from finding a name that somebody put on
 * `Object.prototype` (CWE-1321), such as the authority that the credential is sent to.
 */
export const UNSET_IN_REQUEST = {
  attributeTokens: undefined,
  authenticationScheme: undefined,
  authority: undefined,
  azureCloudOptions: undefined,
  azureRegion: undefined,
  claimsFromClient: undefined,
  clientAssertion: undefined,
  dpopJkt: undefined,
  extraParameters: undefined,
  extraQueryParameters: undefined,
  fmiPath: undefined,
  popKid: undefined,
  redirectUri: undefined,
  resource: undefined,
  resourceRequestMethod: undefined,
  resourceRequestUri: undefined,
  shrClaims: undefined,
  sshKid: undefined,
  state: undefined,
  storeInCache: undefined,
  userObjectId: undefined,
  username: undefined,
} as const;
