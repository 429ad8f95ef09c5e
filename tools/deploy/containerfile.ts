import { DockerfileParser, type Instruction } from 'dockerfile-ast'
import { validate } from 'dockerfile-utils'

/**
 * Finds mistakes in a Containerfile: those that Docker's language server reports, a base without an
 * exact version, and a last stage that runs as root or has no health check.
 */
export function containerfileComplaints(text: string): readonly string[] {
  const found = validate(text).map(
    ({ range, message }) => `line ${range.start.line + 1}: ${typeof message === 'string' ? message : message.value}`,
  )
  const file = DockerfileParser.parse(text)
  for (const from of file.getFROMs()) {
    const image = from.getImage() ?? ''
    const isStage = file.getFROMs().some((other) => other.getBuildStage() === image)
    if (!isStage && !isPinned(image)) found.push(`${image} has no exact version`)
  }
  const instructions = file.getInstructions()
  const last = instructions.slice(instructions.map((each) => each.getKeyword()).lastIndexOf('FROM'))
  const has = (keyword: string): Instruction | undefined => last.filter((each) => each.getKeyword() === keyword).at(-1)
  const user = has('USER')?.getArgumentsContent() ?? 'root'
  if (/^(root|0)\b/.test(user)) found.push('the last stage runs as root')
  if (has('HEALTHCHECK') === undefined) found.push('the last stage has no HEALTHCHECK')
  return found
}

/** Accepts `node:24.21.0-bookworm-slim` and `name@sha256:…`, but not `node:24` or `node:latest`. */
export function isPinned(image: string): boolean {
  return /@sha256:[0-9a-f]{64}$/.test(image) || /:v?\d+\.\d+\.\d+[\w.-]*$/.test(image)
}

/** Returns the arguments of the last CMD, such as `serve` and its options. */
export function commandOf(text: string): readonly string[] {
  const command = DockerfileParser.parse(text).getCMDs().at(-1)
  return (command?.getJSONStrings() ?? []).map((each) => JSON.parse(each.getValue()) as string)
}
