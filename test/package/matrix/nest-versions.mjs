// The Nest versions that applications are made of, each with what its own template comes with.

const OF_EVERY_VERSION = {
  '@swc/core': '1.16.22',
  '@swc/jest': '0.2.39',
  '@types/express': '5.0.3',
  '@types/node': '20.19.43',
  'reflect-metadata': '0.2.2',
  rxjs: '7.8.2',
  'ts-jest': '29.4.15',
  vitest: '4.1.12',
};

export const NEST_VERSIONS = [
  version(10, '10.4.22', { jest: '29.7.0', '@jest/globals': '29.7.0', typescript: '5.5.4' }),
  version(11, '11.2.10', { jest: '30.5.2', '@jest/globals': '30.5.2', typescript: '5.9.3' }),
  version(12, '12.5.1', { jest: '30.5.2', '@jest/globals': '30.5.2', typescript: '6.0.3' }),
];

function version(major, nest, tools) {
  const ofNest = ['common', 'core', 'platform-express'].map((name) => [`@nestjs/${name}`, nest]);
  return {
    major,
    name: `Nest ${nest}`,
    packages: { ...OF_EVERY_VERSION, ...Object.fromEntries(ofNest), ...tools },
  };
}
