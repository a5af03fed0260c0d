import type { ColumnTarget } from '../../contract/contact-import.ts'

type Rule = readonly [ColumnTarget, RegExp]

/** What people, spreadsheets and other programs call the columns, folded to lower case without accents and signs. */
const rules: readonly Rule[] = [
  ['phone', /^(whats ?app|wa)( (number|phone|id))?$/],
  ['phone', /^(mobile|cell|celular|movil|handy|mobil|portable)( ?(phone|number|telefone|nummer|no))*$/],
  ['phone', /^((tele)?phone|tel|telefone|telefono|telefon|telefonnummer|numero( de telefone| de telefono)?)$/],
  ['phone', /^(phone|contact|telephone) (number|no)$|^number$|^phone \d+ value$|^phone primary$/],
  ['firstName', /^(first|given|fore) ?name$|^vorname$|^prenom$|^primeiro nome$/],
  ['lastName', /^(last|family) ?name$|^surname$|^nachname$|^sobrenome$|^apellidos?$|^nom de famille$/],
  ['name', /^((full|display|contact|customer|client) )?name$|^(nome|nombre)( completo)?$|^nom$|^kunde$|^cliente$/],
  ['email', /^e ?mail( address| adresse)?$|^e ?mail \d+ value$|^correo( electronico)?$/],
  ['language', /^(preferred )?(language|lang)$|^idioma$|^lingua$|^sprache$|^langue$/],
  ['tags', /^(tags?|labels?|groups?|group membership|etiquetas?|marcadores|gruppen?)$/],
  ['optIn', /^(marketing )?(opt ?in|consent)( status)?$/],
]

/** What our own export and others' have besides, and no one wants to see on a contact. */
const noise =
  /^(id|username|opt in at|opt in source|blocked|created( at)?|create date|photo|file as|.* (label|type)|phonetic .*|.*\byomi|name (prefix|suffix)|record id.*)$/

/** From address books and CRMs with dozens of columns, only these are worth a field. */
const worthKeeping: { [header: string]: ColumnTarget } = {
  'organization name': 'field:Company',
  'organization 1 name': 'field:Company',
  'organization title': 'field:Job title',
  'organization 1 title': 'field:Job title',
  'company name': 'field:Company',
  'associated company': 'field:Company',
  company: 'field:Company',
  'job title': 'field:Job title',
  birthday: 'field:Birthday',
  notes: 'field:Notes',
  city: 'field:City',
  'country region': 'field:Country',
  country: 'field:Country',
  'lead status': 'field:Lead status',
  'lifecycle stage': 'field:Lifecycle stage',
}

/** What each column most likely is. Several may hold numbers; the first one that is a number counts. */
export function proposeColumns(headers: readonly string[]): ColumnTarget[] {
  const folded = headers.map(foldHeader)
  const isKnownExport = folded.some((header) => /^(record id|e ?mail 1 value|phone 1 value)/.test(header))
  const targets = folded.map((header, index) => targetOf(header, headers[index]!, isKnownExport))
  // Older address books have the whole name and its parts.
  if (targets.includes('name'))
    return targets.map((target) => (target === 'firstName' || target === 'lastName' ? 'ignore' : target))
  return targets
}

function targetOf(folded: string, header: string, isKnownExport: boolean): ColumnTarget {
  const rule = rules.find(([, pattern]) => pattern.test(folded))
  if (rule) return rule[0]
  if (folded === '' || noise.test(folded)) return 'ignore'
  return worthKeeping[folded] ?? (isKnownExport ? 'ignore' : `field:${header.slice(0, 60)}`)
}

function foldHeader(header: string): string {
  return header
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
