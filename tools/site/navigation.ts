export interface NavigationGroup {
  readonly text: string
  readonly pages: readonly (readonly [text: string, page: string])[]
}

/** The pages of the sidebar, in the order of a reader's journey. The search finds the others. */
export const NAVIGATION: readonly NavigationGroup[] = [
  {
    text: 'Start in five minutes',
    pages: [
      ['A page', 'start/page'],
      ['Node', 'start/node'],
      ['Deno', 'start/deno'],
      ['Bun', 'start/bun'],
      ['React', 'start/react'],
    ],
  },
  {
    text: 'Guides',
    pages: [
      ['Tokens and security', 'guides/tokens-and-security'],
      ['Offline reports', 'guides/offline-reports'],
      ['Several tabs', 'guides/several-tabs'],
      ['Kiosk', 'guides/kiosk'],
      ['Token service', 'guides/token-service'],
      ['Deploy the token service', 'guides/deploy'],
      ['Rollout', 'guides/rollout'],
      ['Fleet', 'guides/fleet'],
      ['Testing with the local hub', 'guides/testing-with-the-local-hub'],
      ['Faults', 'guides/faults'],
      ['Migrate from azure-iot-device', 'guides/migrate-from-azure-iot-device'],
    ],
  },
  {
    text: 'Recipes',
    pages: [
      ['React', 'guides/react'],
      ['Vue', 'guides/vue'],
      ['Service worker', 'guides/service-worker'],
      ['Jest', 'guides/jest'],
      ['All examples', 'examples/'],
    ],
  },
  {
    text: 'Reference',
    pages: [
      ['hubtwin', 'core/'],
      ['hubtwin-emulator', 'emulator/'],
      ['hubtwin-service', 'service/'],
      ['API', 'api/'],
      ['Errors', 'errors'],
      ['Limits of IoT Hub', 'limits'],
      ['What happens when…', 'what-happens-when'],
      ['Glossary', 'glossary'],
      ['Benchmarks', 'benchmarks'],
    ],
  },
  {
    text: 'The local hub',
    pages: [
      ['Differences from IoT Hub', 'emulator/differences'],
      ['Control over HTTP', 'emulator/control'],
      ['Faults', 'emulator/faults'],
      ['Messages and methods', 'emulator/messages'],
      ['Queries', 'emulator/queries'],
      ['Configurations', 'emulator/configurations'],
      ['Tiers', 'emulator/tiers'],
      ["Azure's SDKs", 'emulator/azure-sdks'],
    ],
  },
  {
    text: 'Project',
    pages: [
      ['Compatibility', 'compatibility'],
      ['Changes', 'changelog'],
      ['Decisions', 'decisions/'],
      ['The protocol of twins', 'protocol/protocol'],
      ['The protocol of devices', 'protocol/device'],
      ['Architecture', 'architecture'],
      ['Contributing', 'contributing'],
      ['Security', 'security'],
    ],
  },
]
