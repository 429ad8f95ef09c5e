import fc from 'fast-check'
import { versioned } from '../rest.ts'
import { mutated } from './mutations.ts'
import { condition, goodCondition, query } from './query-texts.ts'

// Requests of a back end. Each part is chosen from usual, odd, and forbidden values.

const goodId = fc.constantFrom('fuzz-1', 'fuzz-2', 'fuzz-3', '__proto__', 'constructor')
const id = fc.oneof(
  { weight: 9, arbitrary: goodId },
  fc.constantFrom('', '.', '..', '%', '%00', '%2F', 'a%2Fb', '%E0%A4%A', 'é', "a'b", 'x'.repeat(129), 'query'),
)
const moduleId = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('m1', '__proto__') },
  fc.constantFrom('m2', 'x%2Fy', ''),
)
const jobId = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('j1', 'j2', 'j3') },
  fc.constantFrom('__proto__', 'a%20b', ''),
)
const jobNumber = fc.nat({ max: 10_000 }).map((n) => `job-${n}`)

const value = fc.oneof(
  fc.constantFrom(null, 0, -1, 1e300, 4503599627370496, '', 'x'.repeat(5000), true, [], {}, [null], '\ud800', '\0'),
  fc.jsonValue({ maxDepth: 3 }),
)
const key = fc.constantFrom(
  'a',
  'b',
  '__proto__',
  'constructor',
  'toString',
  '$version',
  'a b',
  'a.b',
  '',
  'é',
  '\ud800',
)
const section = fc.oneof(
  value,
  fc.dictionary(key, value, { maxKeys: 4 }),
  // An array of pairs keeps __proto__ as a key.
  fc.array(fc.tuple(key, value), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs)),
)
const twin = fc.record(
  { tags: section, properties: fc.oneof(value, fc.record({ desired: section })) },
  { requiredKeys: [] },
)
const identity = fc.record(
  {
    status: fc.oneof(fc.constantFrom('enabled', 'disabled'), value),
    statusReason: value,
    authentication: fc.oneof(value, fc.record({ type: fc.constantFrom('sas', 'none', 'selfSigned', '__proto__') })),
    capabilities: value,
    managedBy: value,
  },
  { requiredKeys: [] },
)
const bulk = fc.array(
  fc.oneof(
    value,
    fc.record({
      id: fc.oneof(id, value),
      importMode: fc.constantFrom('create', 'Update', 'Delete', 'updateTwin', 'UpdateIfMatchETag', '__proto__', 1),
      tags: section,
      properties: fc.record({ desired: section }),
    }),
  ),
  { maxLength: 5 },
)
const call = fc.record({
  methodName: fc.oneof(fc.constantFrom('echo', '__proto__', 'a/b', ''), value),
  payload: value,
  responseTimeoutInSeconds: fc.constantFrom(5, 30, 0, -1, 1e9, '5', null),
  // No value makes the hub wait for a long time.
  connectTimeoutInSeconds: fc.constantFrom(0, -1, 301, 1.5, '0', null),
})
const message = fc.record({
  body: value,
  properties: section,
  messageId: value,
  expiryTimeUtc: fc.oneof(value, fc.constantFrom('2030-01-01', '0000-00-00', '9999-12-31T23:59:59Z')),
})
/** Jobs change only marked devices, and a mutated condition changes none. */
const job = fc.oneof(
  fc.record({
    type: fc.constant('scheduleUpdateTwin'),
    queryCondition: goodCondition.map((text) => `is_defined(tags.a) AND (${text})`),
    updateTwin: fc.tuple(fc.constantFrom('*', 'AAAAAAAAAAE=', null), twin).map(([etag, patch]) => ({ etag, ...patch })),
  }),
  fc.record({
    type: fc.constantFrom('scheduleDeviceMethod', 'export', 1),
    queryCondition: fc.oneof(condition, value),
    cloudToDeviceMethod: call,
    startTime: fc.oneof(value, fc.constantFrom('2000-01-01', '2999-01-01T00:00:00Z', 'now')),
    maxExecutionTimeInSeconds: fc.oneof(fc.constantFrom(1, 0, 1e9, 1e10), value),
  }),
)

const anything = fc.oneof(twin, identity, bulk, message, fc.record({ query }), value)

function bytes(json: unknown): Buffer {
  return Buffer.from(JSON.stringify(json))
}

/** The body that a route accepts, a mutation of it, or something else. */
function around(good: fc.Arbitrary<unknown>): fc.Arbitrary<Buffer> {
  return fc.oneof(
    { weight: 6, arbitrary: good.map(bytes) },
    { weight: 2, arbitrary: mutated(good.map(bytes), 3) },
    anything.map(bytes),
    fc
      .constantFrom('', '{}', '[]', '{', '"', '\0', `${'['.repeat(5000)}${']'.repeat(5000)}`)
      .map((text) => Buffer.from(text)),
  )
}

export interface Target {
  readonly method: string
  readonly path: string
  readonly body: Buffer
}

const none = fc.constant(Buffer.alloc(0))

function route(
  method: fc.Arbitrary<string>,
  path: fc.Arbitrary<string>,
  body: fc.Arbitrary<Buffer>,
): fc.Arbitrary<Target> {
  return fc.record({ method, path, body })
}

const device = id.map((each) => `/devices/${each}`)
const anyTwin = fc.oneof(
  id.map((each) => `/twins/${each}`),
  fc.tuple(id, moduleId).map(([each, module]) => `/twins/${each}/modules/${module}`),
)
const module = fc.tuple(id, moduleId).map(([each, name]) => `/devices/${each}/modules/${name}`)
const asks = fc.constant('GET')

/** Each route with valid values. */
const knownRoute: fc.Arbitrary<Target> = fc.oneof(
  route(fc.constantFrom('PATCH', 'PATCH', 'PUT'), anyTwin, around(twin)),
  route(asks, anyTwin, none),
  route(fc.constantFrom('PUT', 'PUT', 'PUT', 'DELETE', 'GET'), device, around(identity)),
  route(fc.constantFrom('PUT', 'PUT', 'DELETE', 'GET'), module, around(identity)),
  route(
    asks,
    device.map((each) => `${each}/modules`),
    none,
  ),
  route(
    fc.constant('POST'),
    anyTwin.map((each) => `${each}/methods`),
    around(call),
  ),
  route(
    fc.constant('DELETE'),
    device.map((each) => `${each}/commands`),
    none,
  ),
  route(
    fc.constant('POST'),
    device.map((each) => `${each}/messages/devicebound`),
    around(message),
  ),
  route(fc.constant('POST'), fc.constantFrom('/devices', '/devices/'), around(bulk)),
  route(fc.constant('POST'), fc.constant('/devices/query'), around(fc.record({ query }))),
  // A mutation could remove the condition that limits a job to the marked devices.
  route(
    fc.constant('PUT'),
    fc.oneof(jobId, jobNumber).map((each) => `/jobs/v2/${each}`),
    job.map(bytes),
  ),
  route(
    asks,
    jobId.map((each) => `/jobs/v2/${each}`),
    none,
  ),
  route(
    fc.constant('POST'),
    jobId.map((each) => `/jobs/v2/${each}/cancel`),
    none,
  ),
  route(asks, fc.constantFrom('/devices?top=1', '/devices?top=-1', '/devices/?top=1e9', '/devices?__proto__=1'), none),
  route(
    asks,
    fc.constantFrom('/jobs/v2/query', '/jobs/v2/query?jobType=__proto__', '/jobs/v2/query?jobStatus=queued'),
    none,
  ),
  route(asks, fc.constantFrom('/statistics/devices', '/statistics/service?api-version=2021-04-12'), none),
)

const anyMethod = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('GET', 'PUT', 'PATCH', 'POST', 'DELETE') },
  fc.constantFrom('HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'get', 'X'),
)
const anyPath = fc.oneof(
  knownRoute.map(({ path }) => path),
  fc.constantFrom(
    '/',
    '//',
    '/configurations',
    '/$iothub/websocket',
    '*',
    'http://x/twins/y',
    '/twins/%?%',
    '/x'.repeat(5000),
  ),
)

/** Most requests go to existing routes; the others have any method, path, and body. */
export const target: fc.Arbitrary<Target> = fc.oneof(
  { weight: 4, arbitrary: knownRoute.map(({ path, ...others }) => ({ ...others, path: versioned(path) })) },
  route(anyMethod, anyPath, around(anything)),
)

const usualHeader = fc.constantFrom(
  ...['If-Match: *', 'If-Match: "*"', 'If-Match: "AAAAAAAAAAE="', 'If-Match: W/"x", y', 'If-Match: "', 'If-Match:'],
  ...['x-ms-max-item-count: 1', 'x-ms-max-item-count: 1e9', 'x-ms-continuation: WyJ4Il0', 'x-ms-continuation: %'],
  ...[
    'Content-Type: text/plain',
    'Content-Encoding: gzip',
    'Expect: 100-continue',
    'Origin: null',
    'X: \xff',
    'Range: x',
  ],
)
const oddHeader = fc.constantFrom(
  'Expect: x',
  'Upgrade: h2c',
  'Connection: Upgrade',
  'Transfer-Encoding: x',
  'Host: a b',
)

export const headers: fc.Arbitrary<string[]> = fc.oneof(
  { weight: 5, arbitrary: fc.array(usualHeader, { maxLength: 1 }) },
  fc.array(fc.oneof(usualHeader, oddHeader), { maxLength: 3 }),
)
