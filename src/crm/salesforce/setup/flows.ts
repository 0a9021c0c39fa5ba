import { type Component, type Elements, metadataXml } from './component.ts';
import { OUTBOUND_MESSAGE } from './names.ts';

/** A change of one of these is worth a message. */
const WATCHED = ['AccountId', 'Amount', 'CloseDate', 'OwnerId', 'StageName'];

const ACTION = 'Tell_Stagepost';

/**
 * Two flows that call the Outbound Message, one for new opportunities and one for changed ones. One flow for both would
 * need a condition with ISNEW and ISCHANGED, and sources disagree on whether a flow that also starts on creation may
 * have one; each of these two is confirmed. A deletion cannot send Outbound Messages: reconcile finds it.
 */
export function opportunityFlows(given: {
  readonly apiVersion: string;
  readonly recordTypes: boolean;
}): readonly Component[] {
  const watched = given.recordTypes ? [...WATCHED, 'RecordTypeId'] : WATCHED;
  const changed = `OR(${watched.map((field) => `ISCHANGED({!$Record.${field}})`).join(', ')})`;
  return [
    flow('Stagepost_Opportunity_Created', 'Stagepost: opportunity created', given.apiVersion, {
      recordTriggerType: 'Create',
    }),
    flow('Stagepost_Opportunity_Changed', 'Stagepost: opportunity changed', given.apiVersion, {
      filterFormula: changed,
      recordTriggerType: 'Update',
    }),
  ];
}

/** Runs after the save and within its transaction: a save that is rolled back sends nothing ("Flow", "FlowActionCall"). */
function flow(
  name: string,
  label: string,
  apiVersion: string,
  trigger: { readonly filterFormula?: string; readonly recordTriggerType: 'Create' | 'Update' },
): Component {
  const message = `Opportunity.${OUTBOUND_MESSAGE}`;
  const start: Elements = {
    locationX: 50,
    locationY: 0,
    connector: { targetReference: ACTION },
    ...(trigger.filterFormula === undefined ? {} : { filterFormula: trigger.filterFormula }),
    object: 'Opportunity',
    recordTriggerType: trigger.recordTriggerType,
    triggerType: 'RecordAfterSave',
  };
  return {
    type: 'Flow',
    member: name,
    path: `flows/${name}.flow-meta.xml`,
    text: metadataXml('Flow', {
      actionCalls: {
        name: ACTION,
        label: 'Tell Stagepost',
        locationX: 176,
        locationY: 287,
        actionName: message,
        actionType: 'outboundMessage',
        flowTransactionModel: 'CurrentTransaction',
        nameSegment: message,
      },
      apiVersion,
      description: 'Sends the Outbound Message that tells Stagepost to look at the opportunity.',
      environments: 'Default',
      interviewLabel: `${label} {!$Flow.CurrentDateTime}`,
      label,
      processMetadataValues: [
        { name: 'BuilderType', value: { stringValue: 'LightningFlowBuilder' } },
        { name: 'CanvasMode', value: { stringValue: 'AUTO_LAYOUT_CANVAS' } },
      ],
      processType: 'AutoLaunchedFlow',
      start,
      status: 'Active',
    }),
  };
}
