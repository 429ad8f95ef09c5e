/** System properties by readable name: their keys on the wire (docs/protocol/device.md §1.3). */
export const SYSTEM_KEYS: ReadonlyMap<string, string> = new Map([
  ['messageId', '$.mid'],
  ['correlationId', '$.cid'],
  ['userId', '$.uid'],
  ['to', '$.to'],
  ['expiresAt', '$.exp'],
  ['contentType', '$.ct'],
  ['contentEncoding', '$.ce'],
  ['creationTime', '$.ctime'],
  ['interfaceId', '$.ifid'],
  ['component', '$.sub'],
  ['schema', '$.schema'],
  ['output', '$.on'],
])

export function isSystemKey(key: string): boolean {
  return key.startsWith('$.')
}
