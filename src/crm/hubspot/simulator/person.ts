import type { ChangeSource } from './model.ts';

/** Whoever works in the browser: the portal's first user. */
export const PERSON: ChangeSource = { type: 'CRM_UI', id: 'userId:9900001', userId: 9_900_001 };
