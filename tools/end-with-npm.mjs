// For `node --import`: ends a program as SIGTERM does when the npm that started it is gone. npm
// forwards no signal to the program behind its shell (docs/decisions/2026-11-28-hub-ends-with-npm.md).
import { isMainThread } from 'node:worker_threads'
import { npmIsGone } from '../emulator/dist/cli/npm-parent.js'

// Worker threads load the same file.
if (isMainThread) void npmIsGone().then(() => process.kill(process.pid, 'SIGTERM'))
