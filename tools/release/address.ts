import type { Manifest } from './manifest.ts'

/** Fields with the address of the project, which npm shows and provenance compares. */
const FIELDS = ['repository', 'homepage', 'bugs'] as const

/**
 * Lists the problems of the address of a package. npm resolves the links of a README with
 * `repository`, and compares that field with the provenance of a release.
 *
 * @param folder of the package, relative to the root
 * @param project `https://…` of the repository, from the package.json at the root
 */
export function addressComplaints(manifest: Manifest, folder: string, project: string): string[] {
  const missing = FIELDS.filter((field) => manifest[field] === undefined)
  if (missing.length > 0) return [`${manifest.name}: package.json has no ${missing.join(', ')}`]
  const expected: Pick<Manifest, (typeof FIELDS)[number]> = {
    repository: { type: 'git', url: `git+${project}.git`, directory: folder },
    homepage: `${project}/tree/main/${folder}#readme`,
    bugs: `${project}/issues`,
  }
  return FIELDS.filter((field) => JSON.stringify(manifest[field]) !== JSON.stringify(expected[field])).map(
    (field) =>
      `${manifest.name}: ${field} in package.json is ${JSON.stringify(manifest[field])}; ` +
      `${JSON.stringify(expected[field])} leads to ${project}`,
  )
}

/**
 * Reads the web address of a repository.
 *
 * @param remote as git prints it, `git@host:owner/name.git` or a URL; or as in a package.json
 * @returns `https://host/owner/name`; undefined if the text has another form
 */
export function webAddress(remote: string): string | undefined {
  const parts = /^(?:(?:git\+)?(?:https?|ssh):\/\/(?:[^@/]*@)?|git@)([^/:]+)[/:](.+?)(?:\.git)?\/?$/.exec(remote.trim())
  return parts === null ? undefined : `https://${parts[1]}/${parts[2]}`
}
