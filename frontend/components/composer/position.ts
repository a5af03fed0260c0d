/** "-23.55, -46.63", or a link of a map that carries such a pair. */
export function readPosition(text: string): { latitude: number; longitude: number } | null {
  const [, latitude, longitude] = /(-?\d{1,2}(?:\.\d+)?)\s*[,;/]\s*(-?\d{1,3}(?:\.\d+)?)/.exec(text) ?? []
  const found = { latitude: Number(latitude), longitude: Number(longitude) }
  return latitude && Math.abs(found.latitude) <= 90 && Math.abs(found.longitude) <= 180 ? found : null
}
