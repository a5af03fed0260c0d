import { GraphError, invalidValue } from '../errors/graph-error.ts'

/**
 * A parameter with its path, so that a refusal names it the way Graph does: `text['body']`.
 * Graph's own schema refuses with 100; what is inside an interactive message is refused with 131009.
 */
export class Param {
  readonly value: unknown
  readonly path: string
  readonly isInteractive: boolean

  constructor(value: unknown, path = '', isInteractive = false) {
    this.value = value
    this.path = path
    this.isInteractive = isInteractive
  }

  get(key: string): Param {
    const value = this.isObject() ? (this.value as Record<string, unknown>)[key] : undefined
    return new Param(
      value,
      this.path === '' ? key : `${this.path}['${key}']`,
      this.isInteractive || key === 'interactive',
    )
  }

  exists(): boolean {
    return this.value !== undefined && this.value !== null
  }

  isObject(): boolean {
    return typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value)
  }

  object(): this {
    this.require()
    if (!this.isObject()) throw this.refuse('must be an object.')
    return this
  }

  list(min: number, max: number, noun = 'items'): Param[] {
    this.require()
    if (!Array.isArray(this.value)) throw this.refuse('must be an array.')
    if (this.value.length < min || this.value.length > max) {
      throw this.isInteractive
        ? invalidValue(`Invalid ${noun} count. Min allowed ${noun}: ${min}, Max allowed ${noun}: ${max}`)
        : this.refuse(`must have between ${min} and ${max} elements.`)
    }
    return this.value.map((item, index) => new Param(item, `${this.path}[${index}]`, this.isInteractive))
  }

  text(max: number, min = 1): string {
    this.require()
    if (typeof this.value !== 'string') throw this.refuse('must be a string.')
    if (this.value.length < min || this.value.length > max) {
      throw this.isInteractive
        ? invalidValue(`${this.path} length invalid. Min length: ${min}, Max length: ${max}`)
        : this.refuse(
            this.value.length > max
              ? `must be at most ${max} characters long.`
              : `must be at least ${min} characters long.`,
          )
    }
    return this.value
  }

  optionalText(max: number, min = 0): string | undefined {
    return this.exists() ? this.text(max, min) : undefined
  }

  optionalBoolean(): boolean | undefined {
    if (!this.exists()) return undefined
    if (typeof this.value === 'boolean') return this.value
    if (this.value === 'true' || this.value === 'false') return this.value === 'true'
    throw this.refuse('must be a boolean.')
  }

  number(min: number, max: number): number {
    this.require()
    const number = typeof this.value === 'string' && this.value.trim() !== '' ? Number(this.value) : this.value
    if (typeof number !== 'number' || !Number.isFinite(number)) throw this.refuse('must be a number.')
    if (number < min || number > max) throw this.refuse(`must be between ${min} and ${max}.`)
    return number
  }

  oneOf<T extends string>(allowed: readonly T[]): T {
    this.require()
    if (typeof this.value === 'string' && allowed.includes(this.value as T)) return this.value as T
    throw this.refuse(`must be one of {${allowed.join(', ').toUpperCase()}} - got "${String(this.value)}".`)
  }

  uri(): string {
    const text = this.text(2048)
    const url = URL.parse(text)
    if (!url || !['http:', 'https:'].includes(url.protocol)) throw this.refuse('is not a valid URI.')
    return text
  }

  forbid(reason: string): void {
    if (this.exists()) throw this.refuse(reason)
  }

  require(): void {
    if (this.exists()) return
    throw this.isInteractive
      ? new GraphError(131008, { details: `${this.path} is required` })
      : new GraphError(100, { title: `The parameter ${this.path} is required.` })
  }

  refuse(rest: string): GraphError {
    return this.isInteractive
      ? invalidValue(`${this.path} ${rest}`)
      : new GraphError(100, { title: `Param ${this.path} ${rest}` })
  }
}
