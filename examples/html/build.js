import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'

// Writes the page with the script and its hash.

const script = readFileSync('node_modules/hubtwin/dist/light.min.js')
const integrity = `sha384-${createHash('sha384').update(script).digest('base64')}`
const page = readFileSync('index.html', 'utf8').replace('integrity=""', `integrity="${integrity}"`)

mkdirSync('dist', { recursive: true })
writeFileSync('dist/light.min.js', script)
writeFileSync('dist/index.html', page)
console.log(`dist/index.html expects light.min.js with ${integrity}`)
