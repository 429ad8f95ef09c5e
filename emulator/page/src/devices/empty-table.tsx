import type { JSX } from 'preact'

/** Explains how to connect a first device. */
export function NoneConnected(): JSX.Element {
  return (
    <div class="hint">
      <p>No device is connected. Open a device, copy its connection string, and start your program with it:</p>
      <pre>
        <code>IOTHUB_DEVICE_CONNECTION_STRING='HostName=…' node device.js</code>
      </pre>
      <p>
        The hubtwin repository has examples: <code>npm run demo:receive-desired-properties</code> for Node.js, and{' '}
        <code>npm run web</code> for a browser.
      </p>
    </div>
  )
}

export function NoDevices({ isFiltered }: { readonly isFiltered: boolean }): JSX.Element {
  return (
    <p class="hint">
      {isFiltered
        ? 'No device matches.'
        : 'The hub has no devices. Add one here, or register devices from your back end.'}
    </p>
  )
}
