// How TypeScript becomes JavaScript everywhere but in dist/: swc strips the types; `npm run types` checks them.

/** @param {string} filename @param {boolean} [sourceMaps] */
exports.swcOptions = (filename, sourceMaps = false) => ({
  filename,
  swcrc: false,
  jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
  module: { type: 'es6' },
  isModule: true,
  sourceMaps,
})
