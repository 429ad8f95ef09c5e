import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

export interface KeyPair {
  readonly kid: string
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

export async function makeKey(kid: string, alg = 'ES256'): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

export const now = (): number => Math.floor(Date.now() / 1000)

/** Claims of any kind, as an attacker writes them. */
type Claims = Readonly<Record<string, unknown>>

/** Signs a JWT as its issuer would, with some claims replaced. `undefined` leaves a claim out. */
export async function sign(key: KeyPair, claims: Claims = {}, header: Record<string, unknown> = {}): Promise<string> {
  const payload = {
    iss: 'https://login.example',
    aud: 'fleet',
    sub: 'device1',
    iat: now(),
    exp: now() + 600,
    ...claims,
  }
  const signer = new SignJWT(JSON.parse(JSON.stringify(payload)) as JWTPayload)
  signer.setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
  // jose signs only extensions that it knows.
  const crit = Object.fromEntries((Array.isArray(header['crit']) ? header['crit'] : []).map((name) => [name, true]))
  return signer.sign(key.privateKey, { crit })
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Builds a JWT with any header, and any text in place of its signature. */
export function unsigned(header: Record<string, unknown>, claims: Claims = {}, signature = ''): string {
  const payload = {
    iss: 'https://login.example',
    aud: 'fleet',
    sub: 'device1',
    iat: now(),
    exp: now() + 600,
    ...claims,
  }
  return `${encoded(header)}.${encoded(payload)}.${signature}`
}

/** Signs a JWT with a shared secret: the service's public key, which every attacker has. */
export function confused(kid: string, secret: string | Buffer): string {
  const text = unsigned({ alg: 'HS256', kid, typ: 'JWT' }).slice(0, -1)
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

/** A JWKS server on this machine that can misbehave. */
export interface JwksServer {
  readonly url: URL
  keys: readonly JWK[]
  behaviour: 'answers' | 'fails' | 'answers nonsense' | 'is silent'
  /** The number of requests so far. */
  requests: number
  close(): Promise<void>
}

export async function startJwksServer(keys: readonly JWK[]): Promise<JwksServer> {
  const jwks: Omit<JwksServer, 'url'> & { url?: URL } = {
    keys,
    behaviour: 'answers',
    requests: 0,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  const server: Server = createServer((_, response) => {
    jwks.requests += 1
    if (jwks.behaviour === 'is silent') return
    if (jwks.behaviour === 'fails') response.statusCode = 500
    response.end(jwks.behaviour === 'answers nonsense' ? '<html>' : JSON.stringify({ keys: jwks.keys }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(jwks, { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`) })
}
