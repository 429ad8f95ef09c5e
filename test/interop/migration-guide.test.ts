import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const require = createRequire(import.meta.url)
const guide = readFileSync(
  fileURLToPath(new URL('../../docs/guides/migrate-from-azure-iot-device.md', import.meta.url)),
  'utf8',
)
/** The names in inline code, also of members: `twin.get()` names `get`. */
const named = new Set(
  Array.from(guide.matchAll(/`([^`\n]+)`/g), ([, code = '']) => code.match(/[A-Za-z]\w*/g) ?? []).flat(),
)

/** The names of public methods, and on request of properties, in the declaration of a class. */
function publicMembers(declaration: string, kind: 'methods' | 'all'): string[] {
  const members = declaration.matchAll(/^ {4}(?:static )?(\w+)(\(|\??:)/gm)
  const names = Array.from(members, ([, name = '', mark]) => (mark === '(' || kind === 'all' ? name : '_'))
  return [...new Set(names)].filter((name) => !name.startsWith('_') && name !== 'constructor')
}

function readDeclaration(packageName: string, file: string): string {
  const declaration = readFileSync(join(dirname(require.resolve(packageName)), file), 'utf8')
  // Types of the same file, such as the transport, are not the API of an app.
  const start = declaration.search(/export declare (abstract )?class/)
  return declaration.slice(start, declaration.indexOf('\n}', start))
}

test.each([
  ['azure-iot-device', 'dist/internal_client.d.ts', 'methods', 'sendEvent'],
  ['azure-iot-device', 'dist/device_client.d.ts', 'methods', 'uploadToBlob'],
  ['azure-iot-device', 'dist/module_client.d.ts', 'methods', 'sendOutputEvent'],
  ['azure-iot-device', 'dist/twin.d.ts', 'methods', 'get'],
  ['azure-iot-device', 'dist/device_method/device_method_request.d.ts', 'all', 'methodName'],
  ['azure-iot-device', 'dist/device_method/device_method_response.d.ts', 'all', 'send'],
  ['azure-iot-common', 'dist/message.d.ts', 'all', 'messageId'],
  ['azure-iot-common', 'dist/properties.d.ts', 'all', 'getValue'],
] as const)('the migration guide names each public member of %s/%s', (packageName, file, kind, known) => {
  const members = publicMembers(readDeclaration(packageName, file), kind)
  // A declaration that the test cannot read would have no members.
  expect(members).toContain(known)
  expect(members.filter((name) => !named.has(name))).toEqual([])
})
