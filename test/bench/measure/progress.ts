/** Tells whoever waits what is measured now. */
export function progress(what: string): void {
  process.stderr.write(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${what}\n`);
}
