/** Host name of a configured `instance`; empty when it is no URL. */
export function hostnameOf(instance: unknown): string {
  return typeof instance === 'string' && URL.canParse(instance) ? new URL(instance).hostname : '';
}

/** Whether a login host is that of an Azure AD B2C tenant: `{name}.b2clogin.com`, in China `{name}.b2clogin.cn`. */
export function isB2cHost(hostname: string): boolean {
  return /\.b2clogin\.(com|cn)$/.test(hostname);
}

/** Whether a login host is that of a Microsoft Entra External ID tenant: `{name}.ciamlogin.com`. */
export function isExternalIdHost(hostname: string): boolean {
  return hostname.endsWith('.ciamlogin.com');
}
