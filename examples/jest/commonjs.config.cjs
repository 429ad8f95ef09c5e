// Compiles the tests, hubtwin, and every other package to CommonJS. Then Jest needs no flag.
module.exports = {
  testEnvironment: 'node',
  transform: { '\\.js$': ['@swc/jest', { module: { type: 'commonjs' } }] },
  transformIgnorePatterns: [],
}
