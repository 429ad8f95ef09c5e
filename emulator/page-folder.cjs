// CommonJS, because a path relative to this package needs `__dirname` or `import.meta`. Jest's CommonJS mode turns the
// modules of this package into scripts, and `import.meta` is a syntax error in a script.
const { join } = require('node:path')

module.exports = join(__dirname, 'dist', 'page')
