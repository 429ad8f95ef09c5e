import { readYaml, type YamlValue } from './yaml.ts'

/** A commit, and in a comment the release that it belongs to. Dependabot updates both. */
const PINNED = /^\s*(?:- )?uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/

/**
 * Finds what makes a GitHub Actions workflow risky. The rules follow "Secure use reference" in the
 * documentation of GitHub Actions.
 *
 * @param text the YAML of the workflow
 */
export function workflowComplaints(text: string): string[] {
  const workflow = readYaml(text)
  const jobs = Object.entries(mapOf(mapOf(workflow)['jobs']))
  return [
    ...pinComplaints(text),
    ...permissionComplaints('the workflow', mapOf(workflow)['permissions']),
    ...('pull_request_target' in mapOf(mapOf(workflow)['on'])
      ? ['pull_request_target gives the code of a stranger the rights of this repository']
      : []),
    ...(jobs.length === 0 ? ['the workflow has no jobs'] : []),
    ...jobs.flatMap(([name, job]) => jobComplaints(name, mapOf(job))),
  ]
}

/** A tag can move to other code; a commit hash cannot. */
function pinComplaints(text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    if (!/^\s*(?:- )?uses:/.test(line) || PINNED.test(line)) return []
    return [`line ${index + 1}: pin the action as "uses: owner/name@<40 hex digits> # v1.2.3": ${line.trim()}`]
  })
}

function permissionComplaints(where: string, permissions: YamlValue | undefined): string[] {
  if (permissions === undefined) return [`${where} has no permissions; set "contents: read"`]
  if (typeof permissions === 'string') return [`${where} has the permissions ${permissions}; name each right`]
  return (
    Object.entries(mapOf(permissions))
      // `id-token` only lets a job prove its identity: npm gets the provenance from it.
      .filter(([name, right]) => right === 'write' && name !== 'id-token')
      .map(([name]) => `${where} may write ${name}`)
  )
}

function jobComplaints(name: string, job: Readonly<Record<string, YamlValue>>): string[] {
  const steps = isList(job['steps']) ? job['steps'].map(mapOf) : []
  return [
    ...(job['permissions'] === undefined ? [] : permissionComplaints(`job ${name}`, job['permissions'])),
    ...(job['timeout-minutes'] === undefined ? [`job ${name} has no timeout-minutes`] : []),
    ...steps.flatMap((step) => stepComplaints(name, step)),
  ]
}

function stepComplaints(job: string, { uses, run, with: inputs }: Readonly<Record<string, YamlValue>>): string[] {
  const isCheckout = typeof uses === 'string' && uses.startsWith('actions/checkout@')
  const keepsToken = isCheckout && mapOf(inputs)['persist-credentials'] !== 'false'
  // GitHub inserts the value into the script before a shell reads it.
  const hasExpression = typeof run === 'string' && run.includes('${{')
  return [
    ...(keepsToken ? [`job ${job}: set "persist-credentials: false", so that no step finds the token on disk`] : []),
    ...(hasExpression ? [`job ${job}: pass an expression to a script through env: ${run.trim()}`] : []),
  ]
}

/** Reads a name or a list of names, which triggers may be, as a mapping without values. */
function mapOf(value: YamlValue | undefined): Readonly<Record<string, YamlValue>> {
  if (value === null || value === undefined) return {}
  if (typeof value === 'string') return { [value]: null }
  return isList(value) ? Object.fromEntries(value.flatMap((name) => Object.entries(mapOf(name)))) : value
}

function isList(value: YamlValue | undefined): value is readonly YamlValue[] {
  return Array.isArray(value)
}
