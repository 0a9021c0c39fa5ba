import { OWNED_FIELDS } from '../../../domain/owned-fields.ts';
import { type Component, type Elements, metadataXml } from './component.ts';
import { APP_NAME, customFieldName, TASK_KEY_FIELD } from './names.ts';

/**
 * What the integration user needs, and no more. Not in the file, because it cannot be: contact roles follow their
 * opportunity, files follow the record that they are attached to, and required fields follow their object. "View all"
 * is needed where records are private: the hub follows every deal, not only those shared with its user.
 */
export function permissionSet(): Component {
  return {
    type: 'PermissionSet',
    member: APP_NAME,
    path: `permissionsets/${APP_NAME}.permissionset-meta.xml`,
    text: metadataXml('PermissionSet', {
      description: 'For the integration user of Stagepost: follow opportunities, write its own fields, keep its tasks.',
      fieldPermissions: [
        ...OWNED_FIELDS.map((name) => fieldPermission(`Opportunity.${customFieldName(name)}`, true)),
        fieldPermission('Opportunity.AccountId', false),
        fieldPermission('Opportunity.Amount', false),
        fieldPermission('Contact.Email', false),
        // Permissions for fields of Activity are given on Task, never on Activity.
        fieldPermission(`Task.${TASK_KEY_FIELD}`, true),
      ],
      hasActivationRequired: false,
      label: APP_NAME,
      objectPermissions: [
        objectPermission('Account', { edit: false, viewAll: true }),
        objectPermission('Contact', { edit: false, viewAll: true }),
        objectPermission('Opportunity', { edit: true, viewAll: true }),
        objectPermission('Product2', { edit: false, viewAll: false }),
      ],
      userPermissions: [
        { enabled: true, name: 'ApiEnabled' },
        // Tasks have no object permission: this one lets their owner's colleagues create, change and delete them.
        { enabled: true, name: 'EditTask' },
      ],
    }),
  };
}

function fieldPermission(field: string, editable: boolean): Elements {
  return { editable, field, readable: true };
}

function objectPermission(object: string, may: { readonly edit: boolean; readonly viewAll: boolean }): Elements {
  return {
    allowCreate: false,
    allowDelete: false,
    allowEdit: may.edit,
    allowRead: true,
    modifyAllRecords: false,
    object,
    viewAllRecords: may.viewAll,
  };
}
