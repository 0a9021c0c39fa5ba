import type { LocalHub } from '../hub.ts';
import type { Narrate } from './narrate.ts';
import { until } from './until.ts';

/** From the draft to the last signature, each party in its turn. Returns the envelope's id. */
export async function playSigning(hub: LocalHub, dealId: string, narrate: Narrate): Promise<string> {
  const esign = hub.sandbox.docusign.control;
  const sent = await until('the contract is sent', async () => {
    const contract = await hub.store.loadContract(dealId, 1);
    return contract?.sentAtMs === undefined || contract.envelopeId === undefined ? undefined : contract;
  });
  const envelopeId = sent.envelopeId ?? '';
  const inOrder = [...sent.recipients].sort((a, b) => a.routingOrder - b.routingOrder);
  narrate(`Contract 1 drafted in DocuSign, then sent: "${sent.subject ?? ''}"`, [
    `envelope ${envelopeId}, attempt ${sent.attempts.at(-1)?.key ?? ''}`,
    ...inOrder.map(({ routingOrder, name, email, role }) => `  ${routingOrder}. ${name} <${email}> (${role})`),
  ]);

  for (const recipient of inOrder) {
    await until(`${recipient.name} has the invitation`, () =>
      esign.mails('invitation').find((mail) => mail.envelopeId === envelopeId && mail.to === recipient.email),
    );
    esign.open(envelopeId, recipient.recipientId);
    esign.sign(envelopeId, recipient.recipientId);
    await until(`the hub knows that ${recipient.name} signed`, async () => {
      const contract = await hub.store.loadContract(dealId, 1);
      const found = contract?.recipients.find((each) => each.recipientId === recipient.recipientId);
      return found?.state === 'completed' ? true : undefined;
    });
    narrate(`${recipient.name} ${recipient.kind === 'approver' ? 'approves' : 'signs'}`, [
      'Connect notification verified (HMAC), recipient recorded as completed',
    ]);
  }
  await until('the contract is completed', async () => {
    const contract = await hub.store.loadContract(dealId, 1);
    return contract?.state === 'completed' ? true : undefined;
  });
  narrate('Contract 1 is signed by everybody');
  return envelopeId;
}
