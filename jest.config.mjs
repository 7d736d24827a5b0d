/** jest runs the TypeScript as it stands: swc strips the types, Node runs the modules. */
export default {
  testEnvironment: 'node',
  // Flow tests wait for the processes they start: one worker to a core, not one less.
  maxWorkers: '100%',
  // No test measures time: this is for one that never ends. No test says another number, so a busy machine breaks none.
  testTimeout: 900_000,
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
      },
    ],
  },
}
