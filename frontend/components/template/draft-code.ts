import type { TemplateComponent } from '#contract/templates.ts'

export type CodeKind = 'COPY_CODE' | 'ONE_TAP' | 'ZERO_TAP'
export type DraftApp = { name: string; hash: string }

/** A template for login codes. Meta writes its text; how the code gets into the app is ours to choose. */
export type DraftCode = {
  kind: CodeKind
  warns: boolean
  minutes: number | null
  label: string
  autofill: string
  apps: DraftApp[]
  consents: boolean
}

export const emptyCode = (): DraftCode => ({
  kind: 'COPY_CODE',
  warns: true,
  minutes: 10,
  label: 'Copy code',
  autofill: 'Autofill',
  apps: [],
  consents: false,
})

export function codeComponents({ kind, warns, minutes, label, autofill, apps, consents }: DraftCode) {
  const supported_apps = apps.map(({ name, hash }) => ({ package_name: name.trim(), signature_hash: hash.trim() }))
  const forApps = {
    ...(autofill.trim() ? { autofill_text: autofill } : {}),
    ...(kind === 'ZERO_TAP' ? { zero_tap_terms_accepted: consents } : {}),
    supported_apps,
  }
  const button = { type: 'OTP', otp_type: kind, text: label, ...(kind === 'COPY_CODE' ? {} : forApps) }
  return [
    { type: 'BODY', ...(warns ? { add_security_recommendation: true } : {}) },
    ...(minutes === null ? [] : [{ type: 'FOOTER', code_expiration_minutes: minutes }]),
    { type: 'BUTTONS', buttons: [button] },
  ] satisfies TemplateComponent[]
}

type StoredButton = {
  otp_type?: string
  text?: string
  autofill_text?: string
  zero_tap_terms_accepted?: boolean
  supported_apps?: { package_name?: string; signature_hash?: string }[]
}

export function codeOf(
  body: { add_security_recommendation?: boolean } | undefined,
  footer: { code_expiration_minutes?: number } | undefined,
  button: StoredButton | undefined,
): DraftCode {
  const empty = emptyCode()
  const kind = button?.otp_type?.toUpperCase()
  return {
    kind: kind === 'ONE_TAP' || kind === 'ZERO_TAP' ? kind : 'COPY_CODE',
    warns: body?.add_security_recommendation ?? false,
    minutes: footer?.code_expiration_minutes ?? null,
    label: button?.text ?? empty.label,
    autofill: button?.autofill_text ?? (button?.supported_apps ? '' : empty.autofill),
    apps: (button?.supported_apps ?? []).map(({ package_name = '', signature_hash = '' }) => ({
      name: package_name,
      hash: signature_hash,
    })),
    consents: button?.zero_tap_terms_accepted ?? false,
  }
}
