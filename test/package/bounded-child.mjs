// Runs programs that may hang: each has a deadline, and none outlives this process.
import { spawn, spawnSync } from 'node:child_process';
import { basename } from 'node:path';

const running = new Set();

/**
 * Runs a program to its end, or until `limitMs` is over; never throws for what the program does.
 * Gives `{ code, output, stdout, timedOut }`; `code` is 1 when it was killed.
 */
export function runBounded(command, args, { cwd, limitMs, env = {}, shell = false }) {
  return new Promise((resolve) => {
    // A group of its own, so that what npm starts ends together with npm.
    const child = spawn(command, args, {
      cwd,
      shell,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    running.add(child);
    const stdout = [];
    const both = [];
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killWithChildren(child);
    }, limitMs);
    child.stdout.on('data', (chunk) => (stdout.push(chunk), both.push(chunk)));
    child.stderr.on('data', (chunk) => both.push(chunk));
    const end = (code, addition = '') => {
      clearTimeout(timer);
      running.delete(child);
      const text = `${Buffer.concat(both).toString()}${addition}`.trim();
      const output = timedOut ? `${text}\nKilled after ${(limitMs / 1000).toFixed(0)} s.`.trim() : text;
      resolve({ code: code ?? 1, output, stdout: Buffer.concat(stdout).toString(), timedOut });
    };
    child.on('error', (error) => end(1, error.message));
    child.on('close', (code) => end(code));
  });
}

/** Runs npm: the one that runs this script, or else the one on the PATH. */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath;
  return npm && basename(npm) === 'npm-cli.js'
    ? runBounded(process.execPath, [npm, ...args], options)
    : runBounded('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** Ends everything that was started here and still runs. */
export function killAll() {
  for (const child of running) killWithChildren(child);
}

function killWithChildren(child) {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f']);
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // The group ended by itself in between.
    if (error.code !== 'ESRCH') throw error;
  }
}
