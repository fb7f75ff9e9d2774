import type { AadstsSection } from './aadsts-advice.js';

/**
 * The API's own credential and registration: secret, certificate, federated identity credential.
 * Source: "Microsoft Entra authentication and authorization error codes", and answers of the token endpoint;
 * for dead certificates the numbers after which Microsoft.Identity.Web loads a certificate anew.
 */
export const CLIENT_AUTHENTICATION_ADVICE: AadstsSection = {
  7000215: {
    level: 'error',
    cause: 'The client secret is wrong.',
    fix: "Give the secret's value, not its id.",
  },
  7000222: {
    level: 'error',
    cause: 'The client secret has expired.',
    fix: 'Create a new secret in the registration, configure its value, and restart the API.',
  },
  7000218: {
    level: 'error',
    cause: 'The request carried no client credential.',
    fix: 'Configure clientCredentials with a secret, a certificate or a signed assertion.',
  },
  7000216: {
    level: 'error',
    cause: 'An application token was requested without a client credential.',
    fix: 'Configure clientCredentials with a secret, a certificate or a signed assertion.',
  },
  700025: {
    level: 'error',
    cause: 'The application is registered as a public client, which has no credential.',
    fix: 'Use a registration for a web application or API, with public client flows turned off.',
  },
  7000232: {
    level: 'error',
    cause: 'A client secret was sent for the client id of a managed identity.',
    fix: 'Set clientId to an app registration, or use the identity by way of SignedAssertionFromManagedIdentity.',
  },
  700016: {
    level: 'error',
    cause: 'The client id is unknown in the tenant.',
    fix: "Check clientId and tenantId; when the API serves many tenants, an administrator of the caller's tenant has to consent to it.",
  },
  700038: {
    level: 'error',
    cause: 'The client id is a placeholder.',
    fix: 'Set clientId to the application (client) id of the registration.',
  },
  7000229: {
    level: 'error',
    cause: 'The API has no service principal in the tenant.',
    fix: 'Have an administrator of the tenant consent to the API, which creates its enterprise application.',
  },
  7000112: {
    level: 'error',
    cause: 'The API is disabled in the tenant.',
    fix: 'Have an administrator of the tenant enable sign-in for its enterprise application.',
  },
  70001: {
    level: 'error',
    cause: 'The API is disabled in the tenant or not known there.',
    fix: 'Check clientId and tenantId, and have an administrator of the tenant enable its enterprise application.',
  },
  700011: {
    level: 'error',
    cause: 'The API does not exist in the directory of the tenant.',
    fix: 'Check clientId and tenantId, and have an administrator of the tenant consent to the API.',
  },
  700027: {
    level: 'error',
    cause:
      'The signature of the client assertion was refused: its certificate is not registered, or the private key is of another.',
    fix: 'Upload the certificate to the registration, and check that certificate and private key belong together.',
  },
  700024: {
    level: 'error',
    cause: 'The client assertion is not valid now: it expired, has no end, or the clock of the API is wrong.',
    fix: 'Synchronize the clock of the API, and renew a signed assertion before it expires.',
  },
  700021: {
    level: 'error',
    cause: 'Issuer or subject of the client assertion is not the client id.',
    fix: 'Sign the assertion for clientId, and check that the two belong to one registration.',
  },
  700023: {
    level: 'error',
    cause: 'The audience of the client assertion is another tenant or cloud.',
    fix: 'Check instance and tenantId, and sign the assertion for the token endpoint of that tenant.',
  },
  90014: {
    level: 'error',
    cause: 'A required field is missing from the client assertion or from the request.',
    fix: 'Give a signed assertion of your own the claims iss, sub, aud, exp, nbf and jti.',
  },
  5002738: {
    level: 'error',
    cause: 'The client assertion is signed with an algorithm that is not supported.',
    fix: 'Sign it with the private key of a certificate, as PS256 or RS256.',
  },
  5002723: {
    level: 'error',
    cause: 'The header of the client assertion names no key.',
    fix: 'Put the thumbprint of the registered certificate into its header, as x5t or x5t#S256.',
  },
  50171: {
    level: 'error',
    cause: 'The audience of the client assertion is one for mutual TLS, which this call did not use.',
    fix: 'Check instance, and sign the assertion for the ordinary token endpoint of the tenant.',
  },
  500181: {
    level: 'error',
    cause: 'A token endpoint for mutual TLS was called without a client certificate.',
    fix: 'Set instance to the ordinary login host of the cloud.',
  },
  1000502: {
    level: 'error',
    cause: 'The certificate has expired or is not valid yet.',
    fix: 'Renew the certificate, upload it to the registration, and put it where the API reads it.',
  },
  7000214: {
    level: 'error',
    cause: 'The certificate has been revoked.',
    fix: 'Issue a new certificate, upload it to the registration, and put it where the API reads it.',
  },
  7000274: {
    level: 'error',
    cause: 'The signature of the client assertion is not valid.',
    fix: 'Check that certificate and private key belong together and that the certificate is registered.',
  },
  7000277: {
    level: 'error',
    cause: 'The certificate was revoked.',
    fix: 'Issue a new certificate, upload it to the registration, and put it where the API reads it.',
  },
  700030: {
    level: 'error',
    cause: "The certificate's subject name or issuer is not authorized for the application.",
    fix: 'Upload the certificate to the registration, or have its subject name and issuer trusted there.',
  },
  70002: {
    level: 'error',
    cause: 'The client credential was refused; the number is one of earlier years.',
    fix: 'Check the secret or certificate in clientCredentials against the registration.',
  },
  50012: {
    level: 'error',
    cause:
      'The client credential was refused: the certificate, its chain or subject, or the signature of the assertion.',
    fix: 'Check that the certificate in clientCredentials is valid now and uploaded to the registration.',
  },
  700211: {
    level: 'error',
    cause: 'No federated identity credential of the registration has the issuer of the signed assertion.',
    fix: 'Set the issuer of the federated identity credential to the iss of the assertion, letter by letter.',
  },
  700212: {
    level: 'error',
    cause: 'No federated identity credential of the registration has the audience of the signed assertion.',
    fix: 'Have the assertion issued for api://AzureADTokenExchange, or for the audience of the national cloud.',
  },
  700213: {
    level: 'error',
    cause: 'No federated identity credential of the registration has the subject of the signed assertion.',
    fix: 'Set the subject of the federated identity credential to the sub of the assertion; a new one takes minutes to work.',
  },
  7002138: {
    level: 'error',
    cause: 'The federated identity credential differs from the signed assertion in upper and lower case.',
    fix: 'Write issuer and subject in the federated identity credential letter by letter as the assertion has them.',
  },
  7002137: {
    level: 'error',
    cause:
      'The federated identity credential is not for the managed identity that issued the signed assertion.',
    fix: 'Check managedIdentityClientId, and create the federated identity credential for that managed identity.',
  },
  70021: {
    level: 'error',
    cause: 'No federated identity credential of the registration matches the signed assertion.',
    fix: 'Compare issuer, subject and audience of the two; a new federated identity credential takes minutes to work.',
  },
  700229: {
    level: 'error',
    cause:
      "The signed assertion is a user's token, and only an app-only token is accepted from an Entra issuer.",
    fix: 'Use an app-only token as signed assertion, such as that of a managed identity.',
  },
  900612: {
    level: 'error',
    cause: "The signing keys of the signed assertion's issuer could not be read.",
    fix: 'Check that the discovery document and the keys of that issuer are public and well-formed.',
  },
};
