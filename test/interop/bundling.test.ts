import { fileURLToPath } from 'node:url'
import { build, type BuildFailure } from 'esbuild'
import { expect, test } from 'vitest'

/** Bundles an import for a browser without any configuration. @returns the unresolved imports */
async function bundleForBrowser(contents: string): Promise<readonly string[]> {
  try {
    const resolveDir = fileURLToPath(new URL('.', import.meta.url))
    await build({
      stdin: { contents, resolveDir },
      bundle: true,
      platform: 'browser',
      format: 'esm',
      write: false,
      logLevel: 'silent',
    })
    return []
  } catch (error) {
    return (error as BuildFailure).errors.map(({ text }) => text)
  }
}

test('azure-iot-device needs Node built-ins that no browser has; hubtwin bundles without them', async () => {
  const official = await bundleForBrowser(
    "import device from 'azure-iot-device'; import mqtt from 'azure-iot-device-mqtt'; console.log(device, mqtt)",
  )
  const ours = await bundleForBrowser("import { openTwin } from 'hubtwin'; console.log(openTwin)")
  expect(official.filter((text) => text.startsWith('Could not resolve')).length).toBeGreaterThan(10)
  expect(official.join()).toContain('"crypto"')
  expect(ours).toEqual([])
})
