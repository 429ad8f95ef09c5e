// An ES module that CommonJS loads: Node 20.19, Node 22.12, and newer allow it.
const { openTwin } = require('hubtwin')

const twin = openTwin(process.env.IOTHUB_DEVICE_CONNECTION_STRING ?? '')
void twin
  .report({ loadedBy: 'require' })
  .then((version) => console.log(`The hub confirmed reported version ${version}`))
  .catch((error) => console.error(error.code, error.message))
  .finally(() => twin.close())
