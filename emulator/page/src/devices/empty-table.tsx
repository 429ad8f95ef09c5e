import type { JSX } from 'preact'

/** Explains how to connect a first device. */
export function NoneConnected(): JSX.Element {
  return (
    <div class="hint">
      <p>No device is connected. Open a device, copy its connection string, and start your program with it:</p>
      <pre tabIndex={0}>
        <code>IOTHUB_DEVICE_CONNECTION_STRING='HostName=…' node device.js</code>
      </pre>
      <p>
        Or <a href="/demo/?connect=local">simulate a device in this browser</a>. The hubtwin repository has examples for
        Node.js: <code>npm run demo:receive-desired-properties</code>.
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
