export { auditLine } from './http/audit.ts'
export { functionHandler } from './azure-function.ts'
export { openEnrollment } from './enrollment/enrollment.ts'
export { Problem } from './base/problem.ts'
export { rememberDevices } from './enrollment/remembered-devices.ts'
export { storedRevocations } from './enrollment/revocations.ts'
export { sasFromDeviceKey, sasFromPolicy } from './sas.ts'
export { createTokenService } from './token-service.ts'

export type { Audit, AuditEvent } from './http/audit.ts'
export type { DeviceToken, Enrollment, EnrollmentOptions } from './enrollment/enrollment.ts'
export type { Peer } from './http/guard.ts'
export type { SigningKey } from './jwt/signing-key.ts'
export type { Algorithm, Claims, Issuer, KeySet } from './jwt/verifier.ts'
export type { OneTimeCode, OneTimeCodes, SpentCode } from './enrollment/one-time-codes.ts'
export type { ProblemCode } from './base/problem.ts'
export type { CounterFactory, RateCounter, RateLimit, RateLimitOptions } from './http/rate-limits.ts'
export type { Revocations } from './enrollment/revocations.ts'
export type { SasOptions, SasSource } from './sas.ts'
export type { SigningKeys } from './jwt/signing-keys.ts'
export type {
  CodeRecord,
  CodeRecords,
  EnrollmentRecords,
  RevocationRecords,
  SessionRecord,
  SigningKeyRecord,
  Store,
} from './base/store.ts'
export type { TokenHub, TokenService, TokenServiceOptions } from './token-service.ts'
