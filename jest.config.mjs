/** jest runs the TypeScript as it is: swc strips the types, and Node runs the modules (scripts/native-jest/). */
export default {
  runtime: '<rootDir>/scripts/native-jest/runtime.cjs',
  testEnvironment: '<rootDir>/scripts/native-jest/environment.cjs',
  testSequencer: '<rootDir>/scripts/native-jest/sequencer.cjs',
  injectGlobals: false,
  // Flow tests wait for the processes they start: one worker to a core, not one less.
  maxWorkers: '100%',
  // No test measures time: this is for one that never ends. No test says another number, so a busy machine breaks none.
  testTimeout: 900_000,
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {},
}
