import { timed } from './field.ts'

const alert = <P extends AlertParams>(event: string, numbers: (p: P) => object) =>
  timed<P>('flows', (_context, p) => ({
    event,
    message: p.message ?? `Flow alert: ${event}`,
    flow_id: p.flowId ?? '12345678901234',
    ...numbers(p),
    threshold: p.threshold ?? 50,
    alert_state: p.state ?? 'ACTIVATED',
  }))

interface AlertParams {
  flowId?: string
  message?: string
  threshold?: number
  state?: 'ACTIVATED' | 'DEACTIVATED'
}

export const flowFields = {
  flow_status_change: timed<{ flowId?: string; from?: string; to?: string }>('flows', (_context, p) => ({
    event: 'FLOW_STATUS_CHANGE',
    message: `Flow Webhook 1: Flow's status changed from ${p.from ?? 'DRAFT'} to ${p.to ?? 'PUBLISHED'}`,
    flow_id: p.flowId ?? '12345678901234',
    old_status: p.from ?? 'DRAFT',
    new_status: p.to ?? 'PUBLISHED',
  })),
  flow_client_error_rate: alert<AlertParams>('CLIENT_ERROR_RATE', () => ({
    error_rate: 14.28,
    errors: [{ error_type: 'INVALID_SCREEN_TRANSITION', error_rate: 14.28, error_count: 2 }],
  })),
  flow_endpoint_error_rate: alert<AlertParams>('ENDPOINT_ERROR_RATE', () => ({
    error_rate: 14.28,
    errors: [{ error_type: 'CAPABILITY_ERROR', error_rate: 14.28, error_count: 2 }],
  })),
  flow_endpoint_latency: alert<AlertParams>('ENDPOINT_LATENCY', () => ({
    p50_latency: 8000,
    p90_latency: 9000,
    requests_count: 34_125,
  })),
  flow_endpoint_availability: alert<AlertParams>('ENDPOINT_AVAILABILITY', () => ({ availability: 75 })),
  flow_version_expiry: timed<{ flowId?: string }>('flows', (_context, p) => ({
    event: 'FLOW_VERSION_EXPIRY_WARNING',
    flow_id: p.flowId ?? '12345678901234',
    warning: 'The flow uses a version that expires soon.',
  })),
}
