import { openDocuSignWorld } from './docusign-world.ts';
import { describeESignPort } from './esign-port-suite.ts';

describeESignPort('DocuSign on its simulator', () => openDocuSignWorld());

describeESignPort('DocuSign, with what its documentation leaves open played the other way', () =>
  openDocuSignWorld({
    duplicateTransactionId: 'refuses',
    quotaStatus: 429,
    sendAgain: 'is-ignored',
    recycledDraft: 'not-found',
    notFoundStatus: 400,
    unknownTabs: 'refused',
    anchorErrorCode: 'ANCHOR_TAB_STRING_NOT_FOUND',
    customFieldLagMs: 20_000,
    deliveredWhen: 'all-opened',
  }),
);

describeESignPort('DocuSign, with drafts that keep their status in the recycle bin', () =>
  openDocuSignWorld({ recycledDraft: 'status-stays', duplicateTransactionId: 'returns-first' }),
);
