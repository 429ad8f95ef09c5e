import { connectTestHub } from '../test/contract/suite/test-hub.ts'
import { openTwin } from 'hubtwin/light'
import v8 from 'node:v8'
const [url, n='300', snap] = process.argv.slice(2)
const hub = connectTestHub(url, 'ws')
const all = []
const open = async (k) => { for (let i=0;i<k;i++) { const d = await hub.createDevice(); const t = openTwin(d.connectionString); await t.ready(); t.onDesired(()=>{}); all.push(t) } }
const heap = () => { for (let i=0;i<5;i++) gc(); return process.memoryUsage() }
await open(20)
await new Promise(r=>setTimeout(r,300))
const a = heap(); await open(Number(n)); await new Promise(r=>setTimeout(r,300)); const b = heap()
console.log('heapUsed/twin', ((b.heapUsed-a.heapUsed)/Number(n)/1000).toFixed(1), 'external', ((b.external-a.external)/Number(n)/1000).toFixed(1), 'arrayBuffers', ((b.arrayBuffers-a.arrayBuffers)/Number(n)/1000).toFixed(1))
if (snap) v8.writeHeapSnapshot(snap)
process.exit(0)
