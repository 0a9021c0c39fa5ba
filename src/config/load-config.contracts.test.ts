import { describe, expect, it } from 'vitest';
import { changed, problemsOf } from './test-load.ts';

describe('loadConfigFile', () => {
  it.each<[string, string, string, string[]]>([
    [
      'a contract that a CRM should send',
      '    esign: sign-main',
      '    esign: crm-main',
      ['25:12 contracts[0].esign | the connection "crm-main" is not an e-sign connection | write one of: sign-main'],
    ],
    [
      'a role that is used twice',
      '        owner: true',
      '        owner: true\n      - { role: Customer, kind: copy, order: 2, owner: true }',
      [
        '35:17 contracts[0].recipients[1].role | the role "Customer" is used twice | give every recipient a role of its own',
      ],
    ],
    [
      'a contract that nobody signs',
      '        kind: signer',
      '        kind: copy',
      ['30:5 contracts[0].recipients | nobody signs this contract | make at least one of them "kind: signer"'],
    ],
    [
      'a recipient without a person',
      '        owner: true',
      '',
      [
        '31:9 contracts[0].recipients[0] | nothing says who this is | give exactly one of "contact" (with its label), "fixed" (name and email) and "owner: true"',
      ],
    ],
    [
      'a document from nowhere',
      '        template: template-1',
      '',
      [
        '28:9 contracts[0].documents[0] | nothing says where the document comes from | give either "template" (an id) or "file" (a PDF)',
      ],
    ],
    [
      'a file that does not exist',
      '        template: template-1',
      '        file: term.pdf',
      [
        '29:15 contracts[0].documents[0].file | there is no readable file "term.pdf" | put the PDF at /etc/hub/term.pdf',
      ],
    ],
    [
      'a file elsewhere',
      '        template: template-1',
      '        file: ../other/terms.pdf',
      [
        '29:15 contracts[0].documents[0].file | "../other/terms.pdf" lies outside the folder of the configuration | put the file beside the configuration, or into a folder there, and name it from there',
      ],
    ],
    [
      'a file that is not a PDF',
      '        template: template-1',
      '        file: letter.docx',
      ['29:15 contracts[0].documents[0].file | "letter.docx" is not a PDF | save the document as PDF'],
    ],
    [
      'a file that is too large',
      '        template: template-1',
      '        file: huge.pdf',
      ['29:15 contracts[0].documents[0].file | "huge.pdf" is larger than 25 MB | make the PDF smaller'],
    ],
    [
      'a field from nowhere',
      '    subject: Agreement',
      '    subject: Agreement\n    fields: [{ tab: Value, from: deal.ammount }]',
      [
        '27:34 contracts[0].fields[0].from | "deal.ammount" is not a value that a deal has | did you mean "deal.amount"?',
      ],
    ],
    [
      'a tab that is filled twice',
      '    subject: Agreement',
      '    subject: Agreement\n    fields: [{ tab: A, from: deal.name }, { tab: A, from: deal.amount }]',
      ['27:50 contracts[0].fields[1].tab | the tab "A" is filled twice | keep one of the two'],
    ],
    [
      'a placeholder that means nothing',
      '    subject: Agreement',
      '    subject: For {{customer}}',
      [
        '26:14 contracts[0].subject | "customer" is not a value that a deal has | write "deal.property.<name in the CRM>" or one of: deal.name, deal.amount, deal.currency, deal.closeDate, company.name, owner.name',
      ],
    ],
    [
      'a stage to advance to that is not mapped',
      '    subject: Agreement',
      '    subject: Agreement\n    afterSigning: { advanceTo: { stage: 1009 } }',
      [
        '27:41 contracts[0].afterSigning.advanceTo.stage | stage 1009 is not mapped in any pipeline | map it under "pipelines", or write one of: 1001 (negotiation), 1002 (procurement), 1003 (implementation)',
      ],
    ],
    [
      'a pipeline to advance in that does not exist',
      '    subject: Agreement',
      '    subject: Agreement\n    afterSigning: { advanceTo: { stage: 1003, pipeline: 75012346 } }',
      [
        '27:57 contracts[0].afterSigning.advanceTo.pipeline | pipeline 75012346 is not under "pipelines" | did you mean "75012345"?',
      ],
    ],
  ])('refuses %s', async (_, line, by, expected) => {
    expect(await problemsOf(changed(line, by))).toEqual(expected);
  });
});
