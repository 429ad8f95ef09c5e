import type { Path } from './query.ts'

/** The hub's own names in a document, in the document's spelling; each may hold more of them. */
interface Names {
  readonly [name: string]: Names
}

const section: Names = { $version: {}, $metadata: {} }

/** Twins and the entries of `devices.jobs` have no name in common that means two things, so one tree serves both. */
const ownNames: Names = {
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
  properties: { desired: section, reported: section },
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
 * Names that Microsoft uses for a field which its documents call something else. Azure IoT Explorer selects `statusUpdatedTime`
 * (src/app/constants/devices.ts); IoT Hub: queries for jobs compares `createdTimeUtc`.
 */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['statusUpdatedTime', 'statusUpdateTime'],
  ['createdTimeUtc', 'createdDateTimeUtc'],
])

/**
 * A path as the documents spell it. The hub's own names ignore case: the example of IoT Hub: queries for twins selects `DeviceId` and shows
 * `deviceId`. Keys of tags and properties are data, and keep their case.
 */
export function spelled(path: Path): Path {
  let names: Names | undefined = ownNames
  return path.map((key) => {
    const known: string = nameIn(names ?? {}, key) ?? key
    names = names !== undefined && Object.hasOwn(names, known) ? names[known] : undefined
    return known
  })
}

/** Where the value of a spelled path stands in its document. */
export function placeOf(path: Path): Path {
  const [first = '', ...rest] = path
  return [otherNames.get(first) ?? first, ...rest]
}

function nameIn(names: Names, key: string): string | undefined {
  const lower = key.toLowerCase()
  return Object.keys(names).find((name) => name.toLowerCase() === lower)
}
