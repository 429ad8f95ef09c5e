import { performance } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'

// `node run-example.js FILE MAX` runs an example, and ends with 3 if it waits longer than MAX
// milliseconds. Only idle time counts: a busy machine makes an example slower, but adds few waits.

const [file = '', max = ''] = process.argv.slice(2)
const before = performance.eventLoopUtilization()
await import(pathToFileURL(file).href)
const idleInMs = Math.round(performance.eventLoopUtilization(before).idle)
if (idleInMs > Number(max)) {
  console.error(`The example waits ${idleInMs} ms; at most ${max} ms are allowed`)
  process.exitCode = 3
}
