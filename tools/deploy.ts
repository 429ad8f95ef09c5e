import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bicepComplaints } from './deploy/bicep.ts'
import { commandOfService, composeComplaints } from './deploy/compose.ts'
import { commandOf, containerfileComplaints } from './deploy/containerfile.ts'
import { findProgram } from './find-program.ts'
import { run } from './process.ts'
import { ROOT } from './root.ts'

// Checks the files of deploy/. Their commands must have options that the built service knows.

const read = (name: string): string => readFileSync(join(ROOT, 'deploy', name), 'utf8')
const [containerfile, compose, bicep] = [read('Containerfile'), read('compose.yaml'), read('azure/main.bicep')]
const { output: help } = await run(process.execPath, ['service/dist/cli.js', 'serve', '--help'], {
  cwd: ROOT,
  deadlineInMs: 30_000,
  quiet: true,
})
const bicepOptions = [...bicep.matchAll(/'(--[\w-]+)'/g)].map(([, option = '']) => option)

const complaints = [
  ...containerfileComplaints(containerfile).map((each) => `Containerfile: ${each}`),
  ...unknownOptions(commandOf(containerfile)).map((each) => `Containerfile: ${each}`),
  ...composeComplaints(compose).map((each) => `compose.yaml: ${each}`),
  ...unknownOptions(commandOfService(compose, 'tokens')).map((each) => `compose.yaml: ${each}`),
  ...(await bicepComplaints(bicep)).map((each) => `azure/main.bicep: ${each}`),
  ...unknownOptions(bicepOptions).map((each) => `azure/main.bicep: ${each}`),
  ...(await balancerComplaints()),
]
for (const complaint of complaints) console.log(complaint)
console.log(`4 files of deploy/, ${complaints.length} complaints`)
process.exit(complaints.length === 0 ? 0 : 1)

function unknownOptions(command: readonly string[]): readonly string[] {
  const options = command.filter((each) => each.startsWith('--')).map((each) => each.split('=')[0] ?? '')
  if (options.length === 0) return ['has no command of the service']
  return options.filter((option) => !help.includes(`${option} `)).map((option) => `"serve" has no option ${option}`)
}

async function balancerComplaints(): Promise<readonly string[]> {
  const haproxy = findProgram(['haproxy'])
  if (haproxy === undefined) {
    console.log('haproxy.cfg is not checked: no haproxy here (sudo apt-get install haproxy)')
    return []
  }
  const args = ['-c', '-q', '-f', join(ROOT, 'deploy', 'haproxy.cfg')]
  const { code, output } = await run(haproxy, args, { deadlineInMs: 30_000, quiet: true })
  return code === 0 ? [] : [`haproxy.cfg: ${output.trim()}`]
}
