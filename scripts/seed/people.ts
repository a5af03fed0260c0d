import type { Random } from './random.ts'

export type Language = 'en' | 'pt' | 'es' | 'de'
export type Person = { name: string; phone: string; language: Language; city: string; email: string | null }

type Country = { code: string; mobile: readonly string[]; rest: number; language: Language; cities: readonly string[] }

/** The numbers are made up; whoever has one of them by chance gets nothing from a demo without credentials. */
const countries: Record<string, Country> = {
  pt: {
    code: '351',
    mobile: ['91', '92', '93', '96'],
    rest: 7,
    language: 'pt',
    cities: ['Lisboa', 'Porto', 'Cascais'],
  },
  br: { code: '55', mobile: ['119', '219', '819'], rest: 8, language: 'pt', cities: ['São Paulo', 'Recife'] },
  de: { code: '49', mobile: ['151', '160', '171'], rest: 8, language: 'de', cities: ['Berlin', 'Hamburg'] },
  es: { code: '34', mobile: ['6'], rest: 8, language: 'es', cities: ['Madrid', 'Sevilla'] },
  uk: { code: '44', mobile: ['74', '77'], rest: 8, language: 'en', cities: ['London', 'Leeds'] },
  in: { code: '91', mobile: ['98', '99', '70'], rest: 8, language: 'en', cities: ['Mumbai', 'Pune'] },
  ng: { code: '234', mobile: ['803', '806', '813'], rest: 7, language: 'en', cities: ['Lagos', 'Abuja'] },
}

const names: Record<keyof typeof countries, { first: readonly string[]; last: readonly string[] }> = {
  pt: {
    first: ['Inês', 'Beatriz', 'Rita', 'Leonor', 'Tiago', 'João', 'Diogo', 'Francisca', 'Rui', 'Matilde'],
    last: ['Silva', 'Ferreira', 'Costa', 'Almeida', 'Carvalho', 'Sousa', 'Lopes', 'Marques', 'Teixeira'],
  },
  br: {
    first: ['Ana', 'Camila', 'Luana', 'Rafael', 'Thiago', 'Bruna', 'Gustavo', 'Larissa', 'Pedro'],
    last: ['Oliveira', 'Souza', 'Lima', 'Barbosa', 'Ribeiro', 'Rocha', 'Moura'],
  },
  de: {
    first: ['Lena', 'Jonas', 'Mia', 'Felix', 'Hannah', 'Paul', 'Greta', 'Moritz'],
    last: ['Becker', 'Vogt', 'Schäfer', 'Krüger', 'Brandt', 'Lorenz'],
  },
  es: {
    first: ['Sofía', 'Martín', 'Lucía', 'Álvaro', 'Carmen', 'Hugo', 'Elena'],
    last: ['Ramírez', 'Ortega', 'Navarro', 'Iglesias', 'Campos', 'Vega'],
  },
  uk: {
    first: ['Amelia', 'Oliver', 'Isla', 'George', 'Freya', 'Harry', 'Zoë'],
    last: ['Hughes', 'Patel', 'Turner', 'Walsh', 'Begum', 'Clarke'],
  },
  in: {
    first: ['Priya', 'Arjun', 'Meera', 'Rohan', 'Ananya', 'Vikram'],
    last: ['Nair', 'Sharma', 'Iyer', 'Kulkarni', 'Mehta'],
  },
  ng: {
    first: ['Chidi', 'Ngozi', 'Tunde', 'Amaka', 'Emeka', 'Yetunde'],
    last: ['Okafor', 'Adeyemi', 'Eze', 'Balogun', 'Nwosu'],
  },
}

// Most customers of a café live around the corner.
const weighted = ['pt', 'pt', 'pt', 'pt', 'pt', 'br', 'br', 'de', 'es', 'uk', 'in', 'ng'] as const

/** `index` is part of the number, so that nobody has one twice. */
export function makePerson(random: Random, index: number): Person {
  const key = random.pick(weighted)
  const country = countries[key]!
  const name = `${random.pick(names[key]!.first)} ${random.pick(names[key]!.last)}`
  const tail = String(index).padStart(5, '0')
  const phone = `+${country.code}${random.pick(country.mobile)}${random.digits(country.rest - 5)}${tail}`
  const plain = name
    .normalize('NFD')
    .replaceAll(/[^a-z ]/gi, '')
    .toLowerCase()
    .replaceAll(' ', '.')
  return {
    name,
    phone,
    language: country.language,
    city: random.pick(country.cities),
    email: random.chance(0.4) ? `${plain}${index}@example.com` : null,
  }
}
