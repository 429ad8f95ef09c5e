import type { Path } from './query.ts'

/** The hub's own names in a document, in the document's spelling, with the names below them. */
interface Names {
  readonly [name: string]: Names
}

const SECTION: Names = { $version: {}, $metadata: {} }

/** The names of twins and of the entries of `devices.jobs`. Shared names mean the same in both. */
const OWN_NAMES: Names = {
  deviceId: {},
  moduleId: {},
  etag: {},
  deviceEtag: {},
  status: {},
  statusReason: {},
  statusUpdateTime: {},
  statusUpdatedTime: {},
  connectionState: {},
  lastActivityTime: {},
  cloudToDeviceMessageCount: {},
  authenticationType: {},
  x509Thumbprint: { primaryThumbprint: {}, secondaryThumbprint: {} },
  modelId: {},
  version: {},
  tags: {},
  properties: { desired: SECTION, reported: SECTION },
  configurations: {},
  capabilities: { iotEdge: {} },
  deviceScope: {},
  parentScopes: {},
  jobId: {},
  jobType: {},
  startTimeUtc: {},
  endTimeUtc: {},
  createdTimeUtc: {},
  createdDateTimeUtc: {},
  lastUpdatedDateTimeUtc: {},
  outcome: { deviceMethodResponse: { status: {}, payload: {} } },
  error: { code: {}, description: {} },
}

/**
 * Other names for fields. Azure IoT Explorer selects `statusUpdatedTime`
 * (src/app/constants/devices.ts), and an example in IoT Hub: queries for jobs compares
 * `createdTimeUtc`.
 */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['statusUpdatedTime', 'statusUpdateTime'],
  ['createdTimeUtc', 'createdDateTimeUtc'],
])

/**
 * A path in the spelling of the documents. The hub's own names ignore case: an example in IoT Hub:
 * queries for twins selects `DeviceId` and returns `deviceId`. Keys of tags and properties are data
 * and keep their case.
 */
export function normalizePath(path: Path): Path {
  let names: Names | undefined = OWN_NAMES
  return path.map((key) => {
    const known: string = nameIn(names ?? {}, key) ?? key
    names = names !== undefined && Object.hasOwn(names, known) ? names[known] : undefined
    return known
  })
}

/** The location in the document of the value at a normalized path. */
export function locationOf(path: Path): Path {
  const [first = '', ...rest] = path
  return [OTHER_NAMES.get(first) ?? first, ...rest]
}

function nameIn(names: Names, key: string): string | undefined {
  const lower = key.toLowerCase()
  return Object.keys(names).find((name) => name.toLowerCase() === lower)
}
