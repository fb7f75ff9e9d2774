// Every supported Nest × Node × way to run and test an application.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { installNodes } from '../node-binaries.mjs';
import { makeApplications } from './application.mjs';
import { runBundle } from './bundle.mjs';
import { runAfterSetup, showJestLimit } from './limits.mjs';
import { NEST_VERSIONS } from './nest-versions.mjs';
import { runsOf, startRun } from './runs.mjs';

/** Installs the Nodes and Nest versions; gives the checks that use them, as `{ title, act }`. */
export function installationsOf(libraries, workspace) {
  const folderOf = (name) => {
    const folder = join(workspace, name);
    mkdirSync(folder);
    return folder;
  };
  const made = new Map();
  let nodes = [];
  const installations = NEST_VERSIONS.map((nest) => ({
    title: `${nest.name}, installed as the README says`,
    act: async () => {
      const folder = folderOf(`matrix-${nest.major}`);
      await makeApplications(nest, libraries, folder);
      made.set(nest, folder);
    },
  }));
  installations.unshift({
    title: 'the Node versions',
    act: async () => {
      nodes = await installNodes(folderOf('nodes'));
      return nodes.map(({ major }) => major).join(', ');
    },
  });
  return { installations, runs: () => [...made].flatMap(([nest, folder]) => runsIn(nest, folder, nodes)) };
}

function runsIn(nest, folder, nodes) {
  const runs = nodes.flatMap((node) => runsOf(nest, node));
  const checks = runs.map((run) => ({ title: run.title, act: () => startRun(run, folder) }));
  checks.push({ title: `${nest.name}, bundled by esbuild`, act: () => runBundle(folder, nodes[0]) });
  const old = nodes.find(({ major }) => major < 24);
  if (nest.major < 12 || old === undefined) return checks;
  const name = `${nest.name}, Node ${old.major}`;
  return [
    ...checks,
    {
      title: `${name}: Jest cannot require Nest, without these packages either`,
      act: () => showJestLimit(folder, old),
    },
    {
      title: `${name}: Jest requires the library after a setup file has imported it`,
      act: () => runAfterSetup(folder, old),
    },
  ];
}
