import { expect, it } from 'vitest'
import { runProgram } from './program.ts'

it('npm start shows a twin in sync: five desired patches, a report, and the next steps', async () => {
  const { code, stdout, stderr } = await runProgram('node-demo/start.ts')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.replaceAll(/localhost:\d+/g, 'localhost:PORT')).toMatchInlineSnapshot(`
    "hub       runs on this machine: MQTT for devices at localhost:PORT, REST for back ends at localhost:PORT
    device    device1 is connected, and its twin is {"desired":{"$version":1},"reported":{"$version":1}}
    device    listens to everything, and to climate, climate.hvac.systemControl, and modules
    device    received desired version 1: {}

    device    reports {"firmware":{"version":"1.2.1"},"climate":{"target":21,"temperature":20.5}}
    hub       stores it as reported version 2

    back end  sends patch 1: {"climate":{"minTemperature":69,"maxTemperature":77}}
    device    received desired version 2: {"climate":{"minTemperature":69,"maxTemperature":77}}
    device      climate: now {"minTemperature":69,"maxTemperature":77}
    hub       stores it as desired version 2, and the device has it

    back end  sends patch 2: {"climate":{"hvac":{"systemControl":{"fanOn":true}}}}
    device    received desired version 3: {"climate":{"hvac":{"systemControl":{"fanOn":true}}}}
    device      climate: now {"minTemperature":69,"maxTemperature":77,"hvac":{"systemControl":{"fanOn":true}}}
    device      climate.hvac.systemControl: now {"fanOn":true}
    hub       stores it as desired version 3, and the device has it

    back end  sends patch 3: {"modules":{"wifi":{"channel":6,"ssid":"my_network"},"climate":{"id":17,"units":"farenheit"}}}
    device    received desired version 4: {"modules":{"wifi":{"channel":6,"ssid":"my_network"},"climate":{"id":17,"units":"farenheit"}}}
    device      modules: now {"wifi":{"channel":6,"ssid":"my_network"},"climate":{"id":17,"units":"farenheit"}}
    hub       stores it as desired version 4, and the device has it

    back end  sends patch 4: {"modules":{"wifi":{"channel":7,"encryption":"wpa","passphrase":"foo"}}}
    device    received desired version 5: {"modules":{"wifi":{"channel":7,"encryption":"wpa","passphrase":"foo"}}}
    device      modules: now {"wifi":{"channel":7,"ssid":"my_network","encryption":"wpa","passphrase":"foo"},"climate":{"id":17,"units":"farenheit"}}
    hub       stores it as desired version 5, and the device has it

    back end  sends patch 5: {"modules":{"climate":null},"climate":null}
    device    received desired version 6: {"modules":{"climate":null},"climate":null}
    device      climate: removed
    device      climate.hvac.systemControl: removed
    device      modules: now {"wifi":{"channel":7,"ssid":"my_network","encryption":"wpa","passphrase":"foo"}}
    hub       stores it as desired version 6, and the device has it

    back end  reads what the device reported: {"firmware":{"version":"1.2.1"},"climate":{"target":21,"temperature":20.5},"$version":2}
    hub       and the device have the same twin:

    {
      "desired": {
        "modules": {
          "wifi": {
            "channel": 7,
            "ssid": "my_network",
            "encryption": "wpa",
            "passphrase": "foo"
          }
        },
        "$version": 6
      },
      "reported": {
        "firmware": {
          "version": "1.2.1"
        },
        "climate": {
          "target": 21,
          "temperature": 20.5
        },
        "$version": 2
      }
    }

    Next steps:
      npm run emulator, then http://localhost:PORT/ in a browser:
        a local hub with its pages: devices, a simulator, a fleet, and a kiosk
      npm run emulator, then npm run demo:receive-desired-properties in a second terminal,
      and npm run service -- update-desired-properties 1 in a third terminal:
        a device and a back end as separate programs
      core/README.md:
        the API, and ten lines to start from
    "
  `)
})

it('npm start reports a failure in one line', async () => {
  const forbidden =
    "import{Server}from'node:net';Server.prototype.listen=function(){" +
    "process.nextTick(()=>this.emit('error',new Error('listening is forbidden')));return this}"
  const { code, stdout, stderr } = await runProgram('node-demo/start.ts', [], {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(forbidden)}`,
  })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^Failed at starting the hub: .+\n$/)
})
