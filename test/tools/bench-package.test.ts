import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { linkDependencies, packAndUnpack } from '../../tools/packaging/pack.ts'
import { run } from '../../tools/process.ts'

it('hubtwin-bench runs from its tarball with the dependencies that it declares', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'hubtwin-bench-package-'))
  try {
    mkdirSync(join(scratch, 'bench'))
    const unpacked = await packAndUnpack('bench/user', scratch)
    linkDependencies(unpacked)
    expect(unpacked.files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist/cli.js', 'package.json']))
    const { bin, version } = JSON.parse(readFileSync(join(unpacked.folder, 'package.json'), 'utf8'))
    const program = join(unpacked.folder, bin['hubtwin-bench'])
    const IOTHUB_DEVICE_CONNECTION_STRING = 'HostName=hub.invalid;DeviceId=a;SharedAccessKey=bWFkZS11cA=='
    const options = { deadlineInMs: 30_000, quiet: true, env: { ...process.env, IOTHUB_DEVICE_CONNECTION_STRING } }
    expect(await run(process.execPath, [program, '--version'], options)).toMatchObject({
      code: 0,
      output: `${version}\n`,
    })
    const dryRun = await run(process.execPath, [program, '--dry-run'], options)
    expect(dryRun).toMatchObject({ code: 0, output: expect.stringContaining('Device a of hub.invalid\n') })
  } finally {
    rmSync(scratch, { recursive: true })
  }
})
