import type { ApplicationInit, ClientSecretInit } from '../tenants/application.js';

/** An application of a seed: JSON has no dates, so the end of a secret is a text in it. */
export function seededApplication(init: ApplicationInit): ApplicationInit {
  return init.clientSecrets === undefined
    ? init
    : { ...init, clientSecrets: init.clientSecrets.map(withDate) };
}

function withDate(secret: string | ClientSecretInit): string | ClientSecretInit {
  if (typeof secret === 'string' || secret.expiresOn === undefined) {
    return secret;
  }
  const expiresOn = new Date(secret.expiresOn);
  if (Number.isNaN(expiresOn.getTime())) {
    throw new TypeError(`expiresOn must be a time, but is ${JSON.stringify(secret.expiresOn)}.`);
  }
  return { ...secret, expiresOn };
}
