import { startControl } from '../test/contract/control/start.ts'
import { execFileSync } from 'node:child_process'
const c = await startControl()
try { console.log(execFileSync(process.execPath, ['--expose-gc','--import','tsx','bench/_heap.mts', c.url, ...process.argv.slice(2)], {encoding:'utf8', timeout: 120000})) } finally { await c.close() }
