/** What msal-node needs to prove that the API is who it says: a secret, or a certificate that signs. */
export type ConfidentialClientCredential =
  | { readonly clientSecret: string }
  | {
      readonly clientCertificate: {
        /** SHA-256 of the certificate in hexadecimal: `x5t#S256` of the client assertion, which is then signed PS256. */
        readonly thumbprintSha256: string;
        /** PEM. */
        readonly privateKey: string;
      };
    };

/** Injection token of the {@link ConfidentialClientCredential} in use; `undefined` when none is configured. */
export const CLIENT_CREDENTIAL = Symbol('nestjs-entra:client-credential');
