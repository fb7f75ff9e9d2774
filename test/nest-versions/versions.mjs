// The Nest versions that the scenarios run on: the oldest and newest patches of every supported major.

/** What every version needs and does not depend on Nest's. */
const COMMON = { passport: '0.7.0', 'reflect-metadata': '0.2.2', rxjs: '7.8.2', ws: '8' };
const CORE = ['common', 'core', 'platform-express'];
const OTHERS = ['microservices', 'platform-fastify', 'platform-ws', 'testing', 'websockets'];
/** Packages of Nest that have version numbers of their own, by the major of Nest. */
const BY_MAJOR = {
  10: { '@nestjs/passport': '10.0.3' },
  11: { '@nestjs/passport': '^11.0.0' },
  12: { '@nestjs/passport': '^12.0.0' },
};

/** Each has the name that results are printed under and the packages to install. */
export const NEST_VERSIONS = [
  version('10.4.0', 10, '10.4.0'),
  version('10.4.22', 10, '10.4.22'),
  version('11.0', 11, '~11.0.0'),
  version('11.1', 11, '~11.1.0'),
  version('11.2', 11, '~11.2.0'),
  // Not every package of Nest has a release 12.0.0.
  version('12.0.0', 12, '12.0.0', '~12.0.1'),
  version('latest', 12, '^12.0.0'),
];

function version(name, major, range, rangeOfOthers = range) {
  const all = (names, value) => Object.fromEntries(names.map((each) => [`@nestjs/${each}`, value]));
  return {
    name,
    packages: { ...all(CORE, range), ...all(OTHERS, rangeOfOthers), ...BY_MAJOR[major], ...COMMON },
  };
}
