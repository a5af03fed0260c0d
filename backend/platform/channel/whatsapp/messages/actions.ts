import type { SendableContent } from '../../../../contract/messages.ts'
import type { Json } from '../json.ts'
import { compact } from './kind.ts'

type Input = SendableContent<'interactive'>
type Of<Kind extends Input['kind']> = Extract<Input, { kind: Kind }>

/** Meta's `action` object for what the API was asked to send. */
export function renderAction(input: Input): Json {
  return (actions[input.kind] as (input: Input) => Json)(input)
}

const actions: { [Kind in Input['kind']]: (input: Of<Kind>) => Json } = {
  button: ({ buttons }) => ({ buttons: buttons.map((reply) => ({ type: 'reply', reply })) }),
  list: ({ button, sections }) => ({ button, sections }),
  cta_url: ({ label, url }) => ({ name: 'cta_url', parameters: { display_text: label, url } }),
  location_request_message: () => ({ name: 'send_location' }),
  request_contact_info: () => ({ name: 'request_contact_info' }),
  flow: (input) => ({ name: 'flow', parameters: renderFlow(input) }),
  product: ({ catalogId, productRetailerId }) => ({ catalog_id: catalogId, product_retailer_id: productRetailerId }),
  product_list: ({ catalogId, sections }) => ({
    catalog_id: catalogId,
    sections: sections.map(({ title, productRetailerIds }) => ({
      title,
      product_items: productRetailerIds.map((id) => ({ product_retailer_id: id })),
    })),
  }),
}

function renderFlow(input: Of<'flow'>): Json {
  const { flowId, flowName, flowCta, flowToken, mode, flowAction, screen, data } = input
  // Meta refuses an empty `data`.
  const filled = data && Object.keys(data).length > 0 ? data : undefined
  return compact({
    flow_message_version: '3',
    flow_id: flowId,
    flow_name: flowId ? undefined : flowName,
    flow_cta: flowCta,
    flow_token: flowToken,
    mode,
    flow_action: flowAction,
    flow_action_payload: screen || filled ? compact({ screen, data: filled }) : undefined,
  })
}
