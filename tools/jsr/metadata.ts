import { posix } from 'node:path'

export interface PackageManifest {
  readonly version: string
  readonly license: string
  readonly exports: Readonly<Record<string, { readonly default: string }>>
  readonly dependencies: Readonly<Record<string, string>>
}

export interface JsrManifest {
  readonly version: string
  readonly license: string
  readonly exports: Readonly<Record<string, string>>
  readonly imports: Readonly<Record<string, string>>
}

/** Finds differences between jsr.json and package.json. JSR gets the source, npm the build. */
export function jsrComplaints(jsr: JsrManifest, npm: PackageManifest): string[] {
  const entries = Object.entries(npm.exports).map(([path, target]) => [path, sourceOf(target.default)] as const)
  const imports = Object.entries(npm.dependencies).map(([name, range]) => [name, `npm:${name}@${range}`] as const)
  return [
    ...differences('version', [['', npm.version]], { '': jsr.version }),
    ...differences('license', [['', npm.license]], { '': jsr.license }),
    ...differences('exports', entries, jsr.exports),
    ...differences('imports', imports, jsr.imports),
  ]
}

function sourceOf(built: string): string {
  return `./${posix.join('src', posix.relative('dist', built)).replace(/\.js$/, '.ts')}`
}

function differences(
  field: string,
  wanted: readonly (readonly [key: string, value: string])[],
  found: Readonly<Record<string, string>>,
): string[] {
  const strangers = Object.keys(found).filter((key) => !wanted.some(([each]) => each === key))
  return [
    ...wanted
      .filter(([key, value]) => found[key] !== value)
      .map(([key, value]) => `${field} ${key} is ${found[key] ?? 'missing'}; package.json means ${value}`),
    ...strangers.map((key) => `${field} ${key} is not in package.json`),
  ].map((complaint) => `jsr.json: ${complaint.replace(/ +/g, ' ')}`)
}
