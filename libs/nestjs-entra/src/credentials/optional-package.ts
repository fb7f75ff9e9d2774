/** Those of some packages that are not installed. */
export function missingPackages(names: readonly string[]): string[] {
  return names.filter((name) => !isInstalled(name));
}

/**
 * A package that an application has only if it wants what needs it. `require` and no `import()`: the one is there in
 * CommonJS, in Jest and in a bundle alike.
 */
export function requirePackage<T>(name: string): T {
  return require(name) as T;
}

/** What to do about packages that are not there. */
export function installSentence(names: readonly string[]): string {
  const [what, it] = names.length > 1 ? ['packages that are', 'them'] : ['a package that is', 'it'];
  return `needs ${what} not installed; add ${it} with "npm install ${names.join(' ')}".`;
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false; // However it fails, it cannot be used.
  }
}
