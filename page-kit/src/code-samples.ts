import { curlSample } from './curl-sample.ts'
import { deviceSample } from './device-sample.ts'
import type { SampleHub, SampleLanguage, SampleSubject } from './sample-subject.ts'
import { serviceSample } from './service-sample.ts'

/**
 * Writes a program or a command with the effect of a subject. It reads keys and tokens from the
 * environment and never contains one: `IOTHUB_DEVICE_CONNECTION_STRING` for a device,
 * `IOTHUB_CONNECTION_STRING` for a back end, and `SAS`, a token of a policy, for curl.
 *
 * @returns `undefined` for a language that `languagesOf` does not list
 */
export function sampleFor(subject: SampleSubject, language: SampleLanguage, hub: SampleHub): string | undefined {
  switch (language) {
    case 'hubtwin':
      return deviceSample(subject)
    case 'azure-iothub':
      return serviceSample(subject)
    case 'curl':
      return curlSample(subject, hub)
  }
}
