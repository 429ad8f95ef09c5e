/** The parts of a CycloneDX 1.5 document that change. npm writes the rest. */
export interface Sbom {
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

export interface Component {
  readonly 'bom-ref': string
  readonly name: string
  readonly scope?: string
}

/**
 * Reduces npm's bill of materials for a workspace to what the package contains or needs.
 *
 * `npm sbom --workspace` describes the root of the repository, and adds types that the root needs.
 * With `--omit dev` it even leaves out direct dependencies, such as `ws`, that development tools
 * use too (npm 11.19). So the result keeps only the components that lead back to the package. The
 * development dependencies of a workspace are part of them, because a build copies their code.
 *
 * @throws {Error} if the document does not describe the package
 */
export function sbomOf<T extends Sbom>(document: T, name: string, version: string): T {
  const ref = `${name}@${version}`
  const own = document.components.find((component) => component['bom-ref'] === ref)
  if (own === undefined) throw new Error(`npm sbom does not describe ${ref}`)

  // An optional peer, such as the compiler that valibot names, is not part of the product.
  const optional = document.components.filter(({ scope }) => scope === 'optional').map((each) => each['bom-ref'])
  const needs = new Map(document.dependencies.map(({ ref: from, dependsOn }) => [from, dependsOn]))
  const reached = new Set([ref])
  for (const from of reached) {
    for (const to of needs.get(from) ?? []) if (!optional.includes(to)) reached.add(to)
  }
  return {
    ...document,
    metadata: { ...document.metadata, component: { ...own, name } },
    components: document.components.filter((each) => each !== own && reached.has(each['bom-ref'])),
    dependencies: document.dependencies
      .filter((each) => reached.has(each.ref))
      .map((each) => ({ ...each, dependsOn: each.dependsOn.filter((to) => reached.has(to)) })),
  }
}
