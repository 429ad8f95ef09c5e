import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { keyCredentials, openTwin, parseConnectionString } from 'hubtwin'
import { startHub } from 'hubtwin-emulator'

// Counts lost messages during renewals under a constant stream of desired patches and reports. Run
// it with `npx tsx bench/renewals.ts [renewals]` after a build.

const [wanted = 1000] = process.argv.slice(2).map(Number)
const hub = await startHub()
const {
  identity,
  sharedAccessKey = '',
  endpoint,
} = parseConnectionString(hub.connectionStrings.device('device1', { plain: true }))
const key = keyCredentials(identity, sharedAccessKey)
let tokens = 0
const twin = openTwin(
  {
    identity,
    async token() {
      tokens++
      // The hub accepts the token for an hour. The client gets an early expiry, so it renews
      // continuously.
      return { ...(await key.token()), expiresAt: Date.now() + 200 }
    },
  },
  { endpoint },
)
const delivered: number[] = []
let doubles = 0
twin.onDesired(({ version }) => {
  if (version <= (delivered.at(-1) ?? 0)) doubles++
  delivered.push(version)
})
await twin.ready()

const startedAt = Date.now()
const reports: Promise<number>[] = []
let n = 0
while (tokens - 1 < wanted) {
  n++
  await hub.updateTwin('device1', { properties: { desired: { n, [`k${n % 100}`]: n } } })
  reports.push(twin.report({ n, [`r${n % 100}`]: n }))
  await delay(5)
}
const outcomes = await Promise.allSettled(reports)
const lost = outcomes.filter(({ status }) => status === 'rejected').length
const { desired, reported } = (await twin.refresh()) as { desired: object; reported: { n?: number } }
const atHub = hub.twin('device1').properties as unknown as { desired: Record<string, unknown>; reported: { n: number } }
const { $version, $metadata, ...wantedDesired } = atHub.desired
console.log(
  `${tokens - 1} renewals in ${((Date.now() - startedAt) / 1000).toFixed(0)} s, ${n} desired changes, ${n} reports: ` +
    `${lost} reports lost, ${doubles} deliveries doubled or out of order, ` +
    `desired ${isDeepStrictEqual(desired, wantedDesired) ? 'equal' : 'DIFFERENT'}, ` +
    `reported ${reported.n === n && atHub.reported.n === n ? 'equal' : 'DIFFERENT'}`,
)
await twin.close()
await hub.close()
