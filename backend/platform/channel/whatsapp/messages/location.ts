import { readNumber, readObject, readText } from '../json.ts'
import { compact, type SendableKind } from './kind.ts'

export const location: SendableKind<'location'> = {
  parse(payload) {
    const place = readObject(payload)
    const latitude = readNumber(place['latitude'])
    const longitude = readNumber(place['longitude'])
    if (latitude === undefined || longitude === undefined) return undefined
    const { name, address, url } = place
    return {
      content: compact({ latitude, longitude, name: readText(name), address: readText(address), url: readText(url) }),
    }
  },
  preview({ name, address }) {
    const place = name || address
    return place ? `Location: ${place}` : 'Location'
  },
  words: ({ name, address }) => [name, address],
  accept: ({ latitude, longitude, name, address }) => compact({ latitude, longitude, name, address }),
  render: ({ latitude, longitude, name, address }) => compact({ latitude, longitude, name, address }),
}
